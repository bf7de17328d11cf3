import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Actor, withActors } from './kit/actor.mjs'
import { readJournal } from './kit/journal.mjs'
import { account, exclusion, tickAccount } from './kit/oracle.mjs'
import { finding, none } from './kit/proof.mjs'
import { listJobs, readStore, watchCounts } from './kit/store.mjs'

const WORKERS = 3
const SCHEDULERS = 2
const PERIOD_MS = 1000
const LEASE_MS = 1500

/** How long a process lives before something happens to it, and how long it is away afterwards. */
const LIFE_MS = [1500, 6000]
const AWAY_MS = [0, 1500]

/** Long enough for a frozen process to lose its leases. */
const FREEZE_MS = 2 * LEASE_MS

/** Only what hangs takes so long. */
const TERMINATE_WITHIN_MS = 60_000

/** Jobs of the background load, for each tick. */
const JOBS_PER_TICK = 100

/** @typedef {import('./kit/random.mjs').Random} Random */

/** @type {import('./kit/proof.mjs').Proof} */
export const threeWorkers = {
  claims:
    'three workers and two schedulers on one file, killed, frozen and restarted: no double claim, no doubled or missed tick',
  takes: 'a second for each tick and 10 more, 7 processes, 600 MB',
  options: { ticks: { default: 60, says: 'ticks of a schedule that is due every second' } },
  short: { ticks: 8 },

  async prove({ numbers: { ticks = 0 }, random, seed, folder, say }) {
    const file = join(folder, 'store.db')
    const journal = join(folder, 'journal.jsonl')
    const settings = { url: `sqlite:${file}`, journal, leaseMs: LEASE_MS, concurrency: 10 }
    const jobs = ticks * JOBS_PER_TICK
    const producer = new Actor('../actors/producer.mjs', {
      ...settings,
      jobs,
      burst: 20,
      pauseMs: 190,
      handlerMs: [0, 60],
      seed,
    })
    const schedule = new Actor('../actors/schedule.mjs', { ...settings, everyMs: PERIOD_MS })
    const workers = Array.from({ length: WORKERS }, () => new Actor('../actors/worker.mjs', settings))
    const schedulers = Array.from({ length: SCHEDULERS }, () => new Actor('../actors/scheduler.mjs', settings))

    await withActors([producer, schedule, ...workers, ...schedulers], async () => {
      await schedule.start()
      await Promise.all([producer, ...workers, ...schedulers].map((actor) => actor.start()))
      await troubleUntil(waitForTicks(file, ticks, say), [...workers, ...schedulers], random)
      await Promise.all(schedulers.map((actor) => actor.terminate(TERMINATE_WITHIN_MS)))
      await watchCounts(file, { state: 'completed', task: 'prove:work', atLeast: jobs, withinMs: 120_000, say })
      await watchCounts(file, { state: 'completed', task: 'prove:tick', atLeast: ticks, withinMs: 30_000, say })
      await Promise.all(workers.map((actor) => actor.terminate(TERMINATE_WITHIN_MS)))
    })
    return judge({ file, journal, jobs, ticks, actors: { workers, schedulers } })
  },
}

/**
 * @param {object} evidence
 * @param {string} evidence.file
 * @param {string} evidence.journal
 * @param {number} evidence.jobs
 * @param {number} evidence.ticks
 * @param {{ workers: readonly Actor[], schedulers: readonly Actor[] }} evidence.actors
 * @returns {Promise<import('./kit/proof.mjs').Verdict>}
 */
async function judge({ file, journal, jobs, ticks, actors: { workers, schedulers } }) {
  const lines = readJournal(journal)
  const ids = lines.filter(({ what }) => what === 'intent').map(({ id }) => id)
  const store = await readStore(file, ids)
  const done = account({ lines, records: store.records, completions: store.completions })
  const deaths = workers.flatMap((actor) => actor.deaths)
  const leases = exclusion({ lines, deaths, freezes: workers.flatMap((actor) => actor.absences) })
  const tickJobs = await listJobs(file, { state: 'completed', task: 'prove:tick' })
  const fired = tickAccount(
    tickJobs.flatMap(({ tick }) => (tick === null ? [] : [tick.tick])),
    PERIOD_MS,
  )
  const unended = store.counts.filter(
    ({ task, state, count }) => task === 'prove:tick' && state !== 'completed' && count > 0,
  )
  return {
    figures: {
      ticks: `${fired.expected} expected, ${tickJobs.length} fired, at most ${Math.max(...tickJobs.map(({ tick }) => tick?.late ?? 0))} ms late`,
      jobs: `${done.enqueued} enqueued, ${done.acked} acknowledged, ${done.completed} completed, ${done.doubled.length} doubled, ${done.lost.length} lost`,
      'handler starts': `${done.starts} (${done.repeated} jobs more than once)`,
      workers: troubles(workers),
      schedulers: troubles(schedulers),
      'overtaken while it stood still': leases.zombies,
    },
    findings: [
      finding(`at least ${ticks} ticks`, fired.expected >= ticks, fired.expected),
      none('missed ticks', fired.missed),
      none('doubled ticks', fired.doubled),
      none('ticks off the beat', fired.off),
      none('ticks whose job is not completed', unended),
      none('leases of two workers at one time', [...leases.shared, ...leases.overlapping]),
      none('fences that did not grow', leases.backwards),
      finding('every job is completed', done.completed === jobs, done.completed),
      none('lost jobs', done.lost),
      none('jobs settled twice', done.doubled),
      finding('the counter of completions agrees', store.completedEver === jobs, store.completedEver),
      finding('integrity_check', store.integrity === 'ok', store.integrity),
      none('what maintenance.verify found', store.problems),
    ],
  }
}

/** @param {readonly Actor[]} actors */
function troubles(actors) {
  const count = (/** @type {(actor: Actor) => number} */ of) => actors.reduce((sum, actor) => sum + of(actor), 0)
  return `${count(({ deaths }) => deaths.length)} killed, ${count(({ freezes }) => freezes.length)} frozen, ${count(({ terminations }) => terminations)} terminated`
}

/**
 * @param {string} file
 * @param {number} ticks
 * @param {(text: string) => void} say
 */
function waitForTicks(file, ticks, say) {
  const withinMs = ticks * PERIOD_MS + 60_000
  return watchCounts(file, { state: 'completed', task: 'prove:tick', atLeast: ticks, withinMs, say })
}

/**
 * Every process meets its own troubles until the work is done; afterwards all of them run.
 * @param {Promise<void>} work
 * @param {readonly Actor[]} actors
 * @param {Random} random
 */
async function troubleUntil(work, actors, random) {
  let done = false
  const ended = work.finally(() => (done = true))
  const lives = actors.map(async (actor) => {
    while (!done) {
      await Promise.race([ended, sleep(random.between(LIFE_MS[0] ?? 0, LIFE_MS[1] ?? 0))])
      if (!actor.running) throw new Error(`an actor ended by itself: ${actor.stderr}`)
      if (!done) await trouble(actor, random)
    }
  })
  await Promise.all([ended, ...lives])
}

/**
 * @param {Actor} actor
 * @param {Random} random
 */
async function trouble(actor, random) {
  const kind = random.pick(['kill', 'kill', 'kill', 'terminate', 'freeze'])
  if (kind === 'freeze') return actor.freeze(FREEZE_MS)
  if (kind === 'terminate') {
    const code = await actor.terminate(TERMINATE_WITHIN_MS)
    if (code !== 0) throw new Error(`SIGTERM: expected exit 0, got ${String(code)}: ${actor.stderr}`)
  } else {
    await actor.kill()
  }
  await sleep(random.between(AWAY_MS[0] ?? 0, AWAY_MS[1] ?? 0))
  actor.spawn()
}
