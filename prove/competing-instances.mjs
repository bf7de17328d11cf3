import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Actor, withActors } from './kit/actor.mjs'
import { tickAccount } from './kit/oracle.mjs'
import { finding, none } from './kit/proof.mjs'

const INSTANCES = 5

/** Only what hangs takes so long. */
const TERMINATE_WITHIN_MS = 60_000

/** How much longer than its periods it may take until all of them are done. */
const PATIENCE_MS = 60_000

/** @typedef {{ readonly what: 'run', readonly startedAt: number, readonly endedAt: number, readonly pid: number }} Run */
/** @typedef {{ readonly what: 'period-done', readonly period: number }} PeriodDone */
/** `done`: the periods that are on record as done. @typedef {{ readonly runs: readonly Run[], readonly done: readonly number[] }} Contest */

/** @type {import('./kit/proof.mjs').Proof} */
export const competingInstances = {
  claims:
    'five instances compete for seven periods of one routine, as processes on one SQLite file and in one process on memory: seven runs',
  takes: '15 s for each of two stores, 5 processes',
  options: {
    periods: { default: 7, says: 'periods that are waited for' },
    every: { default: 2000, says: 'milliseconds of a period' },
    untimed: { default: false, says: 'judge who runs a period, not whether the machine was awake in each of them' },
  },
  short: { periods: 4, every: 1000, untimed: true },

  async prove({ numbers: { periods = 7, every = 2000 }, switches: { untimed = false }, folder, say }) {
    const settings = { everyMs: every, lengthMs: Math.round(every / 10) }
    const file = join(folder, 'store.db')
    const processes = Array.from(
      { length: INSTANCES },
      () => new Actor('../actors/routine.mjs', { ...settings, file, instances: 1 }),
    )
    const inOne = [new Actor('../actors/routine.mjs', { ...settings, file: null, instances: INSTANCES })]
    say(`${INSTANCES} processes on one SQLite file`)
    const onSqlite = await compete(processes, periods, every)
    say(`${INSTANCES} instances in one process on memory`)
    const onMemory = await compete(inOne, periods, every)
    return {
      findings: [
        ...judge('SQLite', onSqlite, { periods, every, untimed }),
        ...judge('memory', onMemory, { periods, every, untimed }),
      ],
      figures: {
        'runs on SQLite': onSqlite.runs.length,
        'processes that had a run': new Set(onSqlite.runs.map(({ pid }) => pid)).size,
        'runs on memory': onMemory.runs.length,
      },
    }
  },
}

/**
 * Lets the actors run until so many periods are done.
 * @param {readonly Actor[]} actors
 * @param {number} periods
 * @param {number} everyMs
 * @returns {Promise<Contest>}
 */
async function compete(actors, periods, everyMs) {
  const told = () => /** @type {(Run | PeriodDone)[]} */ (actors.flatMap(({ messages }) => messages))
  const done = () => told().flatMap((one) => (one.what === 'period-done' ? [one.period] : []))
  await withActors(actors, async () => {
    await Promise.all(actors.map((actor) => actor.start()))
    const deadline = performance.now() + periods * everyMs + PATIENCE_MS
    while (done().length < periods && performance.now() < deadline) await sleep(20)
    await Promise.all(actors.map((actor) => actor.terminate(TERMINATE_WITHIN_MS)))
  })
  const runs = told().flatMap((one) => (one.what === 'run' ? [one] : []))
  return { runs: runs.toSorted((a, b) => a.startedAt - b.startedAt), done: done() }
}

/**
 * @param {string} store
 * @param {Contest} contest
 * @param {{ periods: number, every: number, untimed: boolean }} wanted
 */
function judge(store, { runs, done }, { periods, every, untimed }) {
  const { expected, missed, doubled, off } = tickAccount(done, every)
  const overlapping = runs.filter(
    (run, index) => index > 0 && run.startedAt < /** @type {Run} */ (runs[index - 1]).endedAt,
  )
  const exact = finding(`${store}: ${periods} runs in ${periods} periods`, runs.length === periods, runs.length)
  return [
    finding(`${store}: at least ${periods} periods`, expected >= periods, expected),
    finding(`${store}: a run for each period on record`, runs.length === done.length, `${runs.length}, ${done.length}`),
    none(`${store}: periods with two runs`, doubled),
    none(`${store}: instants that are no period`, off),
    none(`${store}: never two at once`, overlapping),
    // A machine that stands still for longer than a period leaves one out.
    ...(untimed ? [] : [exact, none(`${store}: periods without a run`, missed)]),
  ]
}
