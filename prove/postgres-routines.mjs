import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Actor, withActors } from './kit/actor.mjs'
import { attemptsAtOnce, attemptsOf } from './kit/attempts.mjs'
import { sharedNow } from './kit/journal.mjs'
import { tickAccount } from './kit/oracle.mjs'
import { withPostgres } from './kit/postgres-server.mjs'
import { finding, none } from './kit/proof.mjs'

const INSTANCES = 5
const TERMINATE_WITHIN_MS = 60_000
const LOOK_MS = 20

/** How long others wait for a lock whose holder has died (docs/scheduler.md). */
const LOCK_MS = 30_000

/** One that goes on after its lock is gone must notice at its next step or the one after. */
const NOTICE_MS_MAX = 1000

/** @typedef {import('./kit/attempts.mjs').Told} Told */
/** @typedef {'calm' | 'kill' | 'freeze'} Trouble */

/** @type {import('./kit/proof.mjs').Proof} */
export const postgresRoutines = {
  claims:
    "five processes keep 'db maintenance' on PostgreSQL: one run in each period, never two at once, also when the holder of the lock dies or stands still",
  takes: 'five minutes, 5 processes and a server',
  options: {
    every: { default: 40_000, says: 'milliseconds of a period; a holder that dies is waited for 30,000' },
    calm: { default: 3, says: 'periods in which nothing happens' },
    kills: { default: 2, says: 'periods in which the holder of the lock is killed' },
    freezes: { default: 2, says: 'periods in which the holder stands still until another one has begun' },
    untimed: { default: false, says: 'judge who runs a period, not whether the machine was awake in each of them' },
  },
  short: { every: 2500, calm: 3, kills: 0, freezes: 0, untimed: true },

  async prove({
    numbers: { every = 0, calm = 0, kills = 0, freezes = 0 },
    switches: { untimed = false },
    random,
    folder,
    say,
  }) {
    const plan = shuffle(
      [...Array(calm).fill('calm'), ...Array(kills).fill('kill'), ...Array(freezes).fill('freeze')],
      random,
    )
    const lengthMs = Math.min(2000, every / 10)
    const actors = await withPostgres({ folder }, async ({ url }) => {
      const settings = { url, everyMs: every, lengthMs }
      const some = Array.from({ length: INSTANCES }, () => new Actor('../actors/maintainer.mjs', settings))
      await withActors(some, async () => {
        await Promise.all(some.map((actor) => actor.start()))
        let starts = 0
        for (const [at, trouble] of plan.entries()) {
          say(`period ${at + 1} of ${plan.length}: ${trouble}`)
          starts = await goThrough({ actors: some, trouble, starts, done: at + 1, lengthMs, every })
        }
        await Promise.all(some.map((actor) => actor.terminate(TERMINATE_WITHIN_MS)))
      })
      return some
    })
    writeFileSync(
      join(folder, 'told.json'),
      toldBy(actors)
        .map((one) => `${JSON.stringify(one)}\n`)
        .join(''),
    )
    return judge(actors, { plan, every, untimed })
  },
}

/**
 * Lets one period pass, with its trouble in the middle of the run; gives how many attempts there were by then, and gets that of before.
 * @param {{ actors: readonly Actor[], trouble: Trouble, starts: number, done: number, lengthMs: number, every: number }} period
 */
async function goThrough({ actors, trouble, starts, done, lengthMs, every }) {
  const until = sharedNow() + 2 * every + LOCK_MS + 30_000
  await waitFor(() => startsOf(actors).length > starts, until, 'the start of a run')
  const { pid } = /** @type {Told} */ (startsOf(actors).at(-1))
  const holder = /** @type {Actor} */ (actors.find((actor) => actor.pid === pid))
  if (trouble !== 'calm') await sleep(lengthMs / 2)
  if (trouble === 'kill') {
    await holder.kill()
    await holder.start()
  }
  // It goes on while another one is at it.
  if (trouble === 'freeze') await holder.freeze(LOCK_MS)
  await waitFor(() => toldBy(actors).filter(isDone).length >= done, until, `period ${done} to be done`)
  return startsOf(actors).length
}

/** @param {readonly Actor[]} actors */
function startsOf(actors) {
  return toldBy(actors).filter(({ type }) => type === 'start')
}

/**
 * @param {readonly Actor[]} actors
 * @param {{ plan: readonly Trouble[], every: number, untimed: boolean }} given
 * @returns {import('./kit/proof.mjs').Verdict}
 */
function judge(actors, { plan, every, untimed }) {
  const told = toldBy(actors)
  const attempts = attemptsOf({
    told,
    deaths: actors.flatMap(({ deaths }) => deaths),
    freezes: actors.flatMap(({ freezes }) => freezes),
  })
  const done = told.flatMap((one) => (isDone(one) ? [one.period] : []))
  const { missed, doubled, off } = tickAccount(done, every)
  const ended = attempts.filter(({ how, noticedMs }) => how === 'end' && noticedMs === null)
  const frozen = attempts.flatMap(({ noticedMs }) => (noticedMs === null ? [] : [noticedMs]))
  const kills = plan.filter((trouble) => trouble === 'kill').length
  return {
    figures: {
      plan: plan.join(', '),
      attempts: `${attempts.length}: ${ended.length} to their end, ${kills} killed, ${frozen.length} frozen`,
      'processes that had a run': new Set(ended.map(({ pid }) => pid)).size,
      'frozen ones stopped': frozen.map((ms) => `${ms.toFixed(0)} ms after they went on`).join(', ') || 'none',
    },
    findings: [
      finding(`${plan.length} periods or more are done`, done.length >= plan.length, done.length),
      none('periods that were done twice', doubled),
      none('instants that are no period', off),
      // A machine that stands still for longer than a period leaves one out.
      ...(untimed ? [] : [none('periods that were left out', missed)]),
      finding('one run to its end for each of them', ended.length === done.length, ended.length),
      none('two at once', attemptsAtOnce(attempts)),
      finding(
        `a holder that went on too late stopped within ${NOTICE_MS_MAX} ms, and its run did not count`,
        frozen.every((ms) => ms <= NOTICE_MS_MAX) &&
          attempts.every((one) => one.noticedMs === null || one.how === 'stopped'),
        frozen.length === 0 ? 'there was none' : `${Math.max(...frozen).toFixed(0)} ms`,
      ),
    ],
  }
}

/**
 * @param {readonly Actor[]} actors
 * @returns {Told[]}
 */
function toldBy(actors) {
  const told = actors.flatMap(({ messages }) => /** @type {Told[]} */ (messages)).filter((one) => 'at' in one)
  return told.toSorted((a, b) => a.at - b.at)
}

/**
 * @param {Told} told
 * @returns {told is import('./kit/attempts.mjs').Mark}
 */
function isDone(told) {
  return told.type === 'period-done'
}

/**
 * @param {() => boolean} isTrue
 * @param {number} until
 * @param {string} what
 */
async function waitFor(isTrue, until, what) {
  while (!isTrue()) {
    if (sharedNow() > until) throw new Error(`expected ${what} in time, got none`)
    await sleep(LOOK_MS)
  }
}

/**
 * @param {readonly Trouble[]} plan
 * @param {import('./kit/random.mjs').Random} random
 * @returns {Trouble[]}
 */
function shuffle(plan, random) {
  return plan
    .map((trouble) => ({ trouble, at: random.next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ trouble }) => trouble)
}
