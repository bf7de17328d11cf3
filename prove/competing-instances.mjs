import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Actor, withActors } from './kit/actor.mjs'
import { finding, none } from './kit/proof.mjs'
import { sharedNow } from './kit/journal.mjs'

const INSTANCES = 5
const TERMINATE_WITHIN_MS = 15_000
const FIRST_WITHIN_MS = 30_000

/** @typedef {{ readonly startedAt: number, readonly endedAt: number, readonly pid: number }} Run */

/** @type {import('./kit/proof.mjs').Proof} */
export const competingInstances = {
  claims:
    'five instances compete for seven periods of one routine, as processes on one SQLite file and in one process on memory: seven runs',
  takes: '15 s for each of two stores, 5 processes',
  options: {
    periods: { default: 7, says: 'periods that are waited for' },
    every: { default: 2000, says: 'milliseconds of a period' },
  },
  short: { periods: 4, every: 1000 },

  async prove({ numbers: { periods = 7, every = 2000 }, folder, say }) {
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
      findings: [...judge('SQLite', onSqlite, periods), ...judge('memory', onMemory, periods)],
      figures: {
        'runs on SQLite': onSqlite.length,
        'processes that had a run': new Set(onSqlite.map(({ pid }) => pid)).size,
        'runs on memory': onMemory.length,
      },
    }
  },
}

/**
 * Lets the actors run from the first period to the middle of the last.
 * @param {readonly Actor[]} actors
 * @param {number} periods
 * @param {number} everyMs
 */
async function compete(actors, periods, everyMs) {
  const runs = () => actors.flatMap(({ messages }) => messages.filter(isRun)).sort((a, b) => a.startedAt - b.startedAt)
  await withActors(actors, async () => {
    await Promise.all(actors.map((actor) => actor.start()))
    const since = sharedNow()
    while (runs().length === 0) {
      if (sharedNow() - since > FIRST_WITHIN_MS) throw new Error('expected a first run, got none')
      await sleep(20)
    }
    const [first] = runs()
    await sleep(/** @type {Run} */ (first).startedAt + (periods - 0.5) * everyMs - sharedNow())
    await Promise.all(actors.map((actor) => actor.terminate(TERMINATE_WITHIN_MS)))
  })
  return runs()
}

/**
 * @param {string} store
 * @param {readonly Run[]} runs
 * @param {number} periods
 */
function judge(store, runs, periods) {
  const overlapping = runs.filter(
    (run, index) => index > 0 && run.startedAt < /** @type {Run} */ (runs[index - 1]).endedAt,
  )
  return [
    finding(`${store}: ${periods} runs in ${periods} periods`, runs.length === periods, runs.length),
    none(`${store}: never two at once`, overlapping),
  ]
}

/**
 * @param {unknown} message
 * @returns {message is Run}
 */
function isRun(message) {
  return typeof message === 'object' && message !== null && 'startedAt' in message
}
