import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sqlite } from 'rota/sqlite'
import { openDatabase } from '../bench/driver.mjs'
import { Actor, withActors } from './kit/actor.mjs'
import { sharedNow } from './kit/journal.mjs'
import { gapsOf, leadersAtOnce, termsBackwards } from './kit/leadership.mjs'
import { tickAccount } from './kit/oracle.mjs'
import { finding, none } from './kit/proof.mjs'
import { listJobs, listSchedules, readStore } from './kit/store.mjs'

const SCHEDULERS = 3
const SCHEDULES = 20
const PERIOD_MS = 1000

/** The lock of the leader, and how long it lasts. */
const ELECTION = 'task_scheduler'
const LOCK_MS = 10_000

/** A process may die the moment after it has renewed its lock; then only the waking up of the next one comes on top. */
const WAKE_MS = 250

/** Around a tick, the strike comes so long before it or behind it. */
const OFFSET_MS = 2000

const RESTART_MS = 1000
const TERMINATE_WITHIN_MS = 15_000
const LEADER_WITHIN_MS = 30_000

/** @typedef {import('./kit/leadership.mjs').Strike} Strike */
/** @typedef {import('./kit/leadership.mjs').Told} Told */

/** @type {import('./kit/proof.mjs').Proof} */
export const schedulerFaults = {
  claims:
    'three schedulers, the leader killed, frozen and terminated around ticks: every tick of 20 schedules once, and a leader again within ten seconds',
  takes: '15 s for each round on average, 8 minutes for 30; 4 processes',
  options: { rounds: { default: 30, says: 'times that the leader is struck, a third of them each way' } },
  short: { rounds: 3 },

  async prove({ numbers: { rounds = 30 }, random, folder, say }) {
    const file = join(folder, 'store.db')
    const url = `sqlite:${file}`
    const maker = new Actor('../actors/schedules.mjs', { url, everyMs: PERIOD_MS, count: SCHEDULES })
    const schedulers = Array.from(
      { length: SCHEDULERS },
      // Two share a name: it is a label.
      (_, index) => new Actor('../actors/candidate.mjs', { url, name: index === 2 ? 'node-0' : `node-${index}` }),
    )
    /** @type {Strike[]} */
    const strikes = []
    await withActors([maker, ...schedulers], async () => {
      await maker.start()
      await Promise.all(schedulers.map((actor) => actor.start()))
      for (const [round, kind] of kindsOf(rounds, random).entries()) {
        const leader = await findLeader(file, schedulers)
        const offsetMs = random.between(-OFFSET_MS, OFFSET_MS)
        await untilTickAnd(offsetMs)
        const strike = await strikeDown(file, leader, kind)
        strikes.push(strike)
        await findLeader(file, schedulers)
        const [gapMs = Infinity] = gapsOf([strike], toldBy(schedulers))
        say(
          `round ${round + 1}: ${kind} at ${Math.round(offsetMs)} ms from a tick, led again after ${Math.round(gapMs)} ms`,
        )
      }
      await sleep(3 * PERIOD_MS)
      await Promise.all(schedulers.map((actor) => actor.terminate(TERMINATE_WITHIN_MS)))
    })
    return judge({ file, strikes, told: toldBy(schedulers), endedAt: Date.now() })
  },
}

/**
 * A third of each kind, in any order.
 * @param {number} rounds
 * @param {import('./kit/random.mjs').Random} random
 */
function kindsOf(rounds, random) {
  const kinds = Array.from(
    { length: rounds },
    (_, index) => /** @type {const} */ (['kill', 'freeze', 'terminate'])[index % 3] ?? 'kill',
  )
  return kinds
    .map((kind) => ({ kind, place: random.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ kind }) => kind)
}

/** @param {number} offsetMs */
async function untilTickAnd(offsetMs) {
  const tick = (Math.floor((Date.now() + OFFSET_MS) / PERIOD_MS) + 1) * PERIOD_MS
  await sleep(Math.max(0, tick + offsetMs - Date.now()))
}

/**
 * Does it, and lets the process come back.
 * @param {string} file
 * @param {Actor} actor
 * @param {Strike['kind']} kind
 * @returns {Promise<Strike>}
 */
async function strikeDown(file, actor, kind) {
  if (kind === 'freeze') return freezeOutsideCommit(file, actor)
  const strike = { kind, at: sharedNow(), pid: actor.pid }
  if (kind === 'kill') await actor.kill()
  else {
    const code = await actor.terminate(TERMINATE_WITHIN_MS)
    if (code !== 0) throw new Error(`SIGTERM: expected exit 0, got ${String(code)}: ${actor.stderr}`)
  }
  await sleep(RESTART_MS)
  await actor.start()
  return strike
}

/**
 * Lets it stand still for two lengths of the lock. A process that stands still inside a commit holds the file against everybody, which
 * is SQLite's and not what is proven here: it goes on for a moment and is frozen again.
 * @param {string} file
 * @param {Actor} actor
 * @returns {Promise<Strike>}
 */
async function freezeOutsideCommit(file, actor) {
  const { pid } = actor
  for (;;) {
    const at = sharedNow()
    process.kill(pid, 'SIGSTOP')
    if (canWrite(file)) {
      await sleep(2 * LOCK_MS)
      process.kill(pid, 'SIGCONT')
      return { kind: 'freeze', at, pid }
    }
    process.kill(pid, 'SIGCONT')
    await sleep(7)
  }
}

/** @param {string} file */
function canWrite(file) {
  const database = openDatabase(file)
  try {
    database.exec('PRAGMA busy_timeout = 500; BEGIN IMMEDIATE; ROLLBACK')
    return true
  } catch {
    return false
  } finally {
    database.close()
  }
}

/**
 * The actor that holds the lock, by what the store says.
 * @param {string} file
 * @param {readonly Actor[]} actors
 */
async function findLeader(file, actors) {
  const backend = sqlite({ file })
  await backend.open()
  try {
    const deadline = performance.now() + LEADER_WITHIN_MS
    while (performance.now() < deadline) {
      const [lock] = await backend.locks.list({ prefix: ELECTION })
      const leader = actors.find((actor) => actor.running && idOf(actor) === lock?.holder)
      const hasTold = toldBy(actors).some(({ what, term }) => what === 'became-leader' && term === lock?.term)
      if (leader !== undefined && hasTold) return leader
      await sleep(50)
    }
    throw new Error(`expected a leader within ${LEADER_WITHIN_MS} ms, got none`)
  } finally {
    await backend.close()
  }
}

/** @param {Actor} actor */
function idOf(actor) {
  const ready = /** @type {{ what: string, id: string, pid: number }[]} */ (actor.messages)
  return ready.find(({ what, pid }) => what === 'ready' && pid === actor.pid)?.id
}

/**
 * @param {readonly Actor[]} actors
 * @returns {Told[]}
 */
function toldBy(actors) {
  const messages = /** @type {Told[]} */ (actors.flatMap((actor) => actor.messages))
  return messages.filter(({ what }) => what === 'became-leader' || what === 'lost-leadership')
}

/**
 * @param {object} evidence
 * @param {string} evidence.file
 * @param {readonly Strike[]} evidence.strikes
 * @param {readonly Told[]} evidence.told
 * @param {number} evidence.endedAt
 * @returns {Promise<import('./kit/proof.mjs').Verdict>}
 */
async function judge({ file, strikes, told, endedAt }) {
  const store = await readStore(file, [])
  const jobs = await listJobs(file, { state: 'pending', task: 'prove:tick' })
  const records = await listSchedules(file)
  const accounts = records.map((record) => {
    const ticks = jobs.flatMap(({ tick }) => (tick?.schedule === record.name ? [tick.tick] : []))
    const first = record.anchor + PERIOD_MS
    return { record, ticks, isWhole: Math.min(...ticks) === first, ...tickAccount(ticks, PERIOD_MS) }
  })
  const late = jobs.map(({ tick }) => tick?.late ?? 0).toSorted((a, b) => a - b)
  const gaps = gapsOf(strikes, told)
  const counted = store.counts.find(({ task, state }) => task === 'prove:tick' && state === 'pending')
  const of = (/** @type {Strike['kind']} */ kind) => strikes.filter((one) => one.kind === kind).length
  return {
    figures: {
      strikes: `${of('kill')} killed, ${of('freeze')} frozen, ${of('terminate')} terminated`,
      'without a leader, ms': `${Math.round(Math.min(...gaps))} to ${Math.round(Math.max(...gaps))}`,
      leaders: `${told.filter(({ what }) => what === 'became-leader').length}, terms to ${Math.max(...told.map(({ term }) => term))}`,
      ticks: `${jobs.length} of ${records.length} schedules`,
      'late, ms': `median ${late[Math.floor(late.length / 2)] ?? 0}, p99 ${late[Math.floor(late.length * 0.99)] ?? 0}, at most ${late.at(-1) ?? 0}`,
    },
    findings: [
      finding(`${SCHEDULES} schedules`, records.length === SCHEDULES, records.length),
      none(
        'missed ticks',
        accounts.flatMap(({ missed }) => missed),
      ),
      none(
        'doubled ticks',
        accounts.flatMap(({ doubled }) => doubled),
      ),
      none(
        'ticks off the beat',
        accounts.flatMap(({ off }) => off),
      ),
      none('schedules whose first tick is missing', namesOf(accounts.filter(({ isWhole }) => !isWhole))),
      none(
        'schedules whose last ticks are missing',
        namesOf(accounts.filter(({ ticks }) => Math.max(...ticks) < endedAt - 5 * PERIOD_MS)),
      ),
      none('ticks on record as skipped', namesOf(accounts.filter(({ record }) => record.skipped > 0))),
      none(
        'counters of schedules that differ from a recount',
        namesOf(accounts.filter(({ record, ticks }) => record.fired !== ticks.length)),
      ),
      finding(
        'the counter of jobs equals a recount',
        counted?.total === jobs.length && counted.count === jobs.length,
        counted?.total ?? 0,
      ),
      none(
        `longer than ${LOCK_MS} ms without a leader (and ${WAKE_MS} ms for this machine to wake up)`,
        gaps.filter((gap) => gap > LOCK_MS + WAKE_MS),
      ),
      none('terms that did not grow', termsBackwards(told)),
      none('leaders at one time', leadersAtOnce(strikes, told)),
      finding('integrity_check', store.integrity === 'ok', store.integrity),
      none('what maintenance.verify found', store.problems),
    ],
  }
}

/** @param {readonly { readonly record: { readonly name: string } }[]} accounts */
const namesOf = (accounts) => accounts.map(({ record }) => record.name)
