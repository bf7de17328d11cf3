import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Actor, withActors } from './kit/actor.mjs'
import { FakeClockFile, findFaketime } from './kit/faketime.mjs'
import { finding, none } from './kit/proof.mjs'
import { listJobs, listSchedules } from './kit/store.mjs'

const SECOND = 1000
const HOUR = 3600 * SECOND
const DAY = 24 * HOUR

const STEP_MS = 600 * SECOND
const BEAT_MS = 2 * SECOND

/** Runs of `all`, in which time. */
const ALL = { max: 5, within: '1 hour' }

/**
 * Far enough behind the anchor that the last tick of ten minutes is too late to count as in time, for `skip`; near enough that
 * the next is far.
 */
const BEFORE_JUMP_MS = 20 * SECOND

/** A wall clock that is set is noticed by a timer within 30 s, as a rule by a beat within 4. */
const NOTICED_WITHIN_MS = 35 * SECOND

/** How long it is watched that nothing happens. */
const QUIET_MS = 12 * SECOND

/** Between a look at the store and what the scheduler has done meanwhile. */
const LOOK_MS = 100
const SLACK_MS = 1000

const POLICIES = [
  { name: 'beat', every: '2s', missed: 'latest' },
  { name: 'latest', every: '10m', missed: 'latest' },
  { name: 'skip', every: '10m', missed: 'skip' },
  { name: 'all', every: '10m', missed: { all: ALL } },
]

/** @typedef {Awaited<ReturnType<typeof listSchedules>>} Schedules */

/** @typedef {{ readonly id: string, readonly schedule: string, readonly tick: number, readonly fakeNow: number }} Seen */

/** @type {import('./kit/proof.mjs').Proof} */
export const clockJumps = {
  claims:
    'the wall clock of a running `rota scheduler` jumps by +2 h, -2 h and +30 d: nothing is fired early, nothing twice, and missed ticks as their schedules say',
  takes: '2 minutes, 1 process; Linux, with libfaketime, which it fetches with apt-get when it is not installed',
  options: {},

  async prove({ folder, say }) {
    const file = join(folder, 'store.db')
    const url = `sqlite:${file}`
    const clock = new FakeClockFile(await findFaketime(), join(folder, 'clock'))
    const maker = new Actor('../actors/policies.mjs', { url, policies: POLICIES })
    await withActors([maker], () => maker.start())
    const anchor = Math.max(...(await listSchedules(file)).map((record) => record.anchor))
    const scheduler = startScheduler(url, clock)
    const watch = new StoreWatch(file, clock)
    /** @type {string[]} */
    const untrue = []
    /** @type {number[]} */
    const noticed = []

    /** @param {number} offsetMs ahead of the real clock, which the schedules were made by */
    const ahead = async (offsetMs) => {
      const before = watch.seen.length
      clock.set(offsetMs)
      const at = performance.now()
      while (lateRuns(watch.seen.slice(before)).length < 1 + ALL.max && performance.now() - at < NOTICED_WITHIN_MS)
        await sleep(LOOK_MS)
      noticed.push(performance.now() - at)
      await sleep(5 * SECOND)
    }
    /** @param {number} offsetMs */
    const back = async (offsetMs) => {
      clock.set(offsetMs)
      await sleep(SLACK_MS)
      const before = watch.seen.length
      await sleep(QUIET_MS)
      for (const { schedule } of watch.seen.slice(before)) untrue.push(schedule)
    }

    try {
      watch.start()
      await sleep(Math.max(0, anchor + BEFORE_JUMP_MS - Date.now()))
      say('ahead by 2 hours')
      await ahead(2 * HOUR)
      const afterHours = await listSchedules(file)
      say('back by 2 hours')
      await back(0)
      const afterBack = await listSchedules(file)
      say('ahead by 2 hours again, to where it was: it goes on')
      clock.set(2 * HOUR)
      await sleep(10 * SECOND)
      say('ahead by 30 days')
      await ahead(2 * HOUR + 30 * DAY)
      const afterDays = await listSchedules(file)
      say('back to the real time')
      await back(0)
      await stop(scheduler)
      await watch.stop()
      return await judge({ file, watch, untrue, noticed, states: { afterHours, afterBack, afterDays } })
    } finally {
      scheduler.kill('SIGKILL')
      await watch.stop()
    }
  },
}

/**
 * The command as people run it.
 * @param {string} url
 * @param {FakeClockFile} clock
 */
function startScheduler(url, clock) {
  const bin = join(import.meta.dirname, '..', 'dist', 'cli', 'bin.js')
  return spawn(process.execPath, [bin, 'scheduler', 'clocked', '--url', url], {
    env: { ...process.env, ...clock.env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** @param {import('node:child_process').ChildProcess} child */
async function stop(child) {
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const [code] = await exited
  if (code !== 0) throw new Error(`SIGTERM: expected exit 0, got ${String(code)}`)
}

/** Sees every job as it appears, and what the clock of the scheduler showed then. */
class StoreWatch {
  /** @type {Seen[]} */
  seen = []
  /** Jobs that appeared before their tick. @type {Seen[]} */
  early = []
  #ids = new Set()
  #file
  #clock
  #stopped = false
  /** @type {Promise<void>} */
  #watching = Promise.resolve()

  /**
   * @param {string} file
   * @param {FakeClockFile} clock
   */
  constructor(file, clock) {
    this.#file = file
    this.#clock = clock
  }

  start() {
    this.#watching = this.#watch()
  }

  async stop() {
    this.#stopped = true
    await this.#watching
  }

  async #watch() {
    let last = this.#clock.now()
    while (!this.#stopped) {
      // It may have been made just before the clock was set back.
      const latest = Math.max(last, this.#clock.now())
      last = this.#clock.now()
      for (const { id, tick } of await listJobs(this.#file, { state: 'pending', task: 'prove:tick' })) {
        if (tick === null || this.#ids.has(id)) continue
        this.#ids.add(id)
        const one = { id, schedule: tick.schedule, tick: tick.tick, fakeNow: latest }
        this.seen.push(one)
        if (one.tick > Math.max(latest, this.#clock.now())) this.early.push(one)
      }
      await sleep(LOOK_MS)
    }
  }
}

/** @param {readonly Seen[]} seen */
const lateRuns = (seen) => seen.filter(({ schedule }) => schedule === 'latest' || schedule === 'all')

/**
 * @param {object} evidence
 * @param {string} evidence.file
 * @param {StoreWatch} evidence.watch
 * @param {readonly string[]} evidence.untrue schedules that fired while the clock was behind
 * @param {readonly number[]} evidence.noticed
 * @param {{ readonly afterHours: Schedules, readonly afterBack: Schedules, readonly afterDays: Schedules }} evidence.states
 * @returns {Promise<import('./kit/proof.mjs').Verdict>}
 */
async function judge({ file, watch, untrue, noticed, states }) {
  const jobs = await listJobs(file, { state: 'pending', task: 'prove:tick' })
  const names = jobs.map(({ tick }) => `${tick?.schedule} ${tick?.tick}`)
  const schedules = await listSchedules(file)
  const holes = schedules.filter(({ name, anchor, firedThrough, fired, skipped }) => {
    const everyMs = name === 'beat' ? BEAT_MS : STEP_MS
    return fired + skipped !== ((firedThrough ?? 0) - anchor) / everyMs
  })
  return {
    figures: {
      jobs: jobs.length,
      'noticed after, s': noticed.map((ms) => (ms / SECOND).toFixed(1)).join(', '),
      ticks: schedules.map(({ name, fired, skipped }) => `${name} ${fired} fired ${skipped} skipped`).join('; '),
    },
    findings: [
      none('jobs before their tick', watch.early),
      none(
        'jobs that count as enqueued before their tick',
        jobs.filter(({ tick, enqueuedAt }) => enqueuedAt < (tick?.tick ?? 0)),
      ),
      none(
        'ticks with two jobs',
        names.filter((name, index) => names.indexOf(name) !== index),
      ),
      none('what fired while the clock was behind', untrue),
      none(
        'ticks that are neither fired nor on record as skipped',
        holes.map(({ name }) => name),
      ),
      // Twelve steps of ten minutes are in two hours.
      ...policyFindings('+2 h', states.afterHours, jobs, { steps: 12, runs: 1 }),
      finding(
        '-2 h changes nothing',
        sumOf(states.afterBack) === sumOf(states.afterHours),
        sumOf(states.afterBack) - sumOf(states.afterHours),
      ),
      ...policyFindings('+30 d', states.afterDays, jobs, { steps: 12 + 30 * 144, runs: 2 }),
      finding('the beat goes on after each jump', countOf(schedules, 'beat') > 15, countOf(schedules, 'beat')),
      none(
        `jumps that were noticed later than ${NOTICED_WITHIN_MS / SECOND} s`,
        noticed.filter((ms) => ms >= NOTICED_WITHIN_MS),
      ),
    ],
  }
}

/**
 * What the three policies have made of `steps` ticks, in `runs` jumps ahead, exactly.
 * @param {string} jump
 * @param {Schedules} state
 * @param {Awaited<ReturnType<typeof listJobs>>} jobs
 * @param {{ readonly steps: number, readonly runs: number }} expected
 */
function policyFindings(jump, state, jobs, { steps, runs }) {
  /** @param {string} name @param {number} last */
  const ranLast = (name, last) => {
    const record = state.find((one) => one.name === name)
    const through = record?.firedThrough ?? 0
    const wanted = Array.from({ length: last }, (_, index) => through - index * STEP_MS)
    const made = new Set(jobs.flatMap(({ tick }) => (tick?.schedule === name ? [tick.tick] : [])))
    const isRight =
      record !== undefined &&
      through === record.anchor + steps * STEP_MS &&
      wanted.every((tick) => made.has(tick)) &&
      record.fired === runs * last &&
      record.skipped === steps - record.fired &&
      record.skippedBy.missed === record.skipped
    const got = record === undefined ? 'no schedule' : `${record.fired} fired, ${record.skipped} skipped`
    return { isRight, got }
  }
  const [latest, all, skip] = [ranLast('latest', 1), ranLast('all', ALL.max), ranLast('skip', 0)]
  return [
    finding(`${jump}, latest: the last of ${steps} ticks, once a jump`, latest.isRight, latest.got),
    finding(`${jump}, all: the last ${ALL.max} of the last hour, once a jump`, all.isRight, all.got),
    finding(`${jump}, skip: none of them`, skip.isRight, skip.got),
  ]
}

/** @param {Schedules} schedules */
const sumOf = (schedules) =>
  schedules.reduce((sum, { name, fired, skipped }) => sum + (name === 'beat' ? 0 : fired + skipped), 0)

/** @param {Schedules} schedules @param {string} name */
const countOf = (schedules, name) => schedules.find((one) => one.name === name)?.fired ?? 0
