import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { createRota } from 'rota'
import { postgres } from 'rota/postgres'
import { median, quantile } from '../bench/statistics.mjs'
import { count } from './actors/tasks.mjs'
import { Actor, withActors } from './kit/actor.mjs'
import { runCommand, tail } from './kit/command.mjs'
import { holdKeys } from './kit/held-keys.mjs'
import { sharedNow } from './kit/journal.mjs'
import { withPostgres } from './kit/postgres-server.mjs'
import { finding } from './kit/proof.mjs'

const PEERS = join(import.meta.dirname, '..', 'bench', 'peers')
const TERMINATE_WITHIN_MS = 60_000
const WARM_MS = 10_000
const BEFORE_MS = 20_000
const AFTER_MS = 10_000
const KEYS_MS = 8_000

/** From the work order. */
const START_WITHIN_MS = 2000
const CLAIM_FACTOR_MAX = 3

/** A backlog is bounded when no more waits than comes in so many seconds. */
const BACKLOG_SECONDS_MAX = 2

/** Callers who wait for a held key must not be noticed: less than the double of before, and what a busy machine adds. */
const OTHERS_FACTOR_MAX = 2
const OTHERS_MS_MORE = 10

/** @typedef {{ readonly type: 'enqueued' | 'started', readonly jobs: number, readonly at: number, readonly claims?: readonly number[] }} Second */
/** @typedef {{ readonly claimP50: number, readonly claimP99: number, readonly claims: number, readonly backlogMax: number, readonly backlogEnd: number, readonly perSecond: number }} Window */

/** @type {import('./kit/proof.mjs').Proof} */
export const postgresTransactions = {
  claims:
    'on PostgreSQL an open transaction of a user delays no job that it commits late, no caller of another key, and no claim beside its snapshot',
  takes: 'six minutes, 3 processes and a server; installs graphile-worker beside the measurements when it is missing',
  options: {
    rate: { default: 2000, says: 'jobs that come in each second' },
    held: { default: 60_000, says: 'milliseconds for which each transaction is held open' },
    peer: { default: true, says: 'do the same to graphile-worker' },
  },

  async prove({ numbers: { rate = 0, held = 0 }, switches: { peer = false }, folder, say }) {
    if (peer) await installPeers(say)
    return withPostgres({ folder }, async ({ url }) => {
      say('callers of keys that a transaction holds')
      const keys = await holdKeys(url, KEYS_MS)
      const ours = await throughTransactions({ url, system: 'rota', rate, held, say })
      const theirs = peer ? await throughTransactions({ url, system: 'graphile', rate, held, say }) : null
      return judge({ keys, ours, theirs, rate, held })
    })
  },
}

/**
 * As the measurements do.
 * @param {(text: string) => void} say
 */
async function installPeers(say) {
  if (existsSync(join(PEERS, 'node_modules', 'graphile-worker'))) return
  say('installing graphile-worker')
  const args = ['install', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts']
  const { code, output } = await runCommand('npm', args, { cwd: PEERS })
  if (code !== 0) throw new Error(`npm install in bench/peers: expected exit 0, got ${code}: ${tail(output)}`)
}

/**
 * @typedef {object} Course
 * @property {number | null} startedMs how long after its commit the job of the long transaction started; null: it is another system
 * @property {Window} before
 * @property {Window} during while a snapshot is held
 * @property {Window} late the last third of that
 */

/**
 * Puts a system under a steady load, and holds transactions open beside it.
 * @param {{ url: string, system: 'rota' | 'graphile', rate: number, held: number, say: (text: string) => void }} given
 * @returns {Promise<Course>}
 */
async function throughTransactions({ url, system, rate, held, say }) {
  const pacer = new Actor('../actors/pacer.mjs', { system, url, perSecond: rate })
  const worker = new Actor('../actors/timed-worker.mjs', { system, url })
  return withActors([pacer, worker], async () => {
    await pacer.start()
    await worker.start()
    await sleep(WARM_MS)
    const view = async (/** @type {() => Promise<unknown>} */ act) => {
      const from = sharedNow()
      await act()
      return windowOf(pacer, worker, from, sharedNow())
    }
    const startedMs = system === 'rota' ? await commitLate({ url, worker, held, say }) : null
    if (startedMs !== null) await sleep(AFTER_MS)
    say(`${system}: before the snapshot`)
    const before = await view(() => sleep(BEFORE_MS))
    say(`${system}: ${shown(before)}; a snapshot is held`)
    /** @type {Window | null} */
    let late = null
    const during = await view(() =>
      holdSnapshot(url, async () => {
        await sleep((2 * held) / 3)
        late = await view(() => sleep(held / 3))
      }),
    )
    say(`${system}: ${shown(during)}`)
    await Promise.all([pacer, worker].map((actor) => actor.terminate(TERMINATE_WITHIN_MS)))
    return { startedMs, before, during, late: late ?? during }
  })
}

/**
 * A job is enqueued in a transaction that stays open; how long after the commit does it start?
 * @param {{ url: string, worker: Actor, held: number, say: (text: string) => void }} given
 */
async function commitLate({ url, worker, held, say }) {
  const user = new pg.Client({ connectionString: url })
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  await user.connect()
  const rota = createRota({ backend: postgres({ pool, listen: false }), tasks: [count] })
  try {
    await rota.open()
    await user.query('BEGIN')
    await rota.enqueue(count, { n: -1 }, { tx: user })
    say('rota: a transaction with a job in it is open')
    await sleep(held)
    await user.query('COMMIT')
    const committedAt = sharedNow()
    const startedAt = () =>
      /** @type {{ type?: string, at: number }[]} */ (worker.messages).find(({ type }) => type === 'special')?.at
    while (startedAt() === undefined && sharedNow() - committedAt < 10 * START_WITHIN_MS) await sleep(10)
    return Math.max(0, (startedAt() ?? Infinity) - committedAt)
  } finally {
    await rota.close()
    await Promise.all([user.end(), pool.end()])
  }
}

/**
 * @param {string} url
 * @param {() => Promise<void>} act
 */
async function holdSnapshot(url, act) {
  const idle = new pg.Client({ connectionString: url })
  await idle.connect()
  try {
    await idle.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await idle.query('SELECT count(*) FROM pg_class')
    await act()
    await idle.query('COMMIT')
  } finally {
    await idle.end()
  }
}

/**
 * What was told of a time.
 * @param {Actor} pacer
 * @param {Actor} worker
 * @param {number} from
 * @param {number} until
 * @returns {Window}
 */
function windowOf(pacer, worker, from, until) {
  const told = (/** @type {Actor} */ actor) =>
    /** @type {Second[]} */ (actor.messages).filter(
      ({ type, at }) => (type === 'enqueued' || type === 'started') && at > from && at <= until,
    )
  const [enqueued, started] = [told(pacer), told(worker)]
  const claims = started.flatMap((one) => one.claims ?? [])
  // Both count what they were given, or took, since they started.
  const backlogs = started.flatMap(({ jobs, at }) => {
    const known = enqueued.findLast((one) => one.at <= at)
    return known === undefined ? [] : [Math.max(0, known.jobs - jobs)]
  })
  const [first, last] = [started[0], started.at(-1)]
  return {
    ...{ claimP50: median(claims), claimP99: quantile(claims, 0.99), claims: claims.length },
    ...{ backlogMax: Math.max(...backlogs), backlogEnd: backlogs.at(-1) ?? Number.NaN },
    perSecond:
      first === undefined || last === undefined ? Number.NaN : ((last.jobs - first.jobs) * 1000) / (last.at - first.at),
  }
}

/** @param {Window} window */
function shown({ claimP50, claimP99, claims, backlogMax, perSecond }) {
  return `claim p50 ${claimP50.toFixed(1)} ms, p99 ${claimP99.toFixed(1)} ms of ${claims}, ${perSecond.toFixed(0)} jobs/s, at most ${backlogMax} waiting`
}

/**
 * @param {{ keys: import('./kit/held-keys.mjs').HeldKeys, ours: Course, theirs: Course | null, rate: number, held: number }} seen
 * @returns {import('./kit/proof.mjs').Verdict}
 */
function judge({ keys, ours, theirs, rate, held }) {
  const factor = ours.during.claimP99 / ours.before.claimP99
  const backlog = BACKLOG_SECONDS_MAX * rate
  const othersMax = OTHERS_FACTOR_MAX * keys.before.p99 + OTHERS_MS_MORE
  const caller = (/** @type {{ p50: number, p99: number }} */ { p50, p99 }) =>
    `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
  return {
    figures: {
      'callers of other keys': `${caller(keys.before)}; while ${keys.held} keys are held and wanted ${caller(keys.during)}`,
      'rota before': shown(ours.before),
      [`rota, ${held / 1000} s`]: shown(ours.during),
      'rota, last third': shown(ours.late),
      ...(theirs === null
        ? { graphile: 'not measured' }
        : {
            'graphile before': shown(theirs.before),
            [`graphile, ${held / 1000} s`]: shown(theirs.during),
            'graphile, last third': shown(theirs.late),
            'graphile, factor': `${(theirs.during.claimP99 / theirs.before.claimP99).toFixed(2)} x, ${theirs.during.backlogEnd} waiting at the end`,
          }),
    },
    findings: [
      finding(
        `a job committed ${held / 1000} s after it was enqueued starts within ${START_WITHIN_MS} ms`,
        (ours.startedMs ?? Infinity) <= START_WITHIN_MS,
        `${(ours.startedMs ?? Infinity).toFixed(0)} ms`,
      ),
      finding(
        `others wait for nobody's key: p99 at most ${othersMax.toFixed(1)} ms`,
        keys.during.p99 <= othersMax,
        `${keys.during.p99.toFixed(1)} ms`,
      ),
      finding(
        'whoever wants a held key waits for the commit',
        keys.early === 0,
        `${keys.early} of ${keys.held} did not`,
      ),
      finding(
        'and is given the job that has it',
        keys.duplicates === keys.held,
        `${keys.duplicates}, ${keys.settledMs.toFixed(0)} ms after it`,
      ),
      finding(
        `claim p99 beside an old snapshot <= ${CLAIM_FACTOR_MAX} x of before`,
        factor <= CLAIM_FACTOR_MAX,
        `${factor.toFixed(2)} x`,
      ),
      finding(`at most ${backlog} jobs wait meanwhile`, ours.during.backlogMax <= backlog, ours.during.backlogMax),
    ],
  }
}
