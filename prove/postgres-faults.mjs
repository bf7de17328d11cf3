import { join } from 'node:path'
import { Actor, withActors } from './kit/actor.mjs'
import { readJournal, sharedNow } from './kit/journal.mjs'
import { account, exclusion, tickAccount } from './kit/oracle.mjs'
import { PostgresFleet } from './kit/postgres-fleet.mjs'
import { withPostgres } from './kit/postgres-server.mjs'
import { PostgresTroubles } from './kit/postgres-troubles.mjs'
import { finding, none } from './kit/proof.mjs'
import { listJobs, readStore, watchCounts } from './kit/store.mjs'
import { longestSilence, returnsAfter } from './kit/vital-signs.mjs'

const SCHEDULES = 5
const PERIOD_MS = 1000

/** One fault begins in each. */
const EACH_MS = 1000

/** As long as Kubernetes waits. */
const TERMINATE_WITHIN_MS = 30_000

/** Connections that are silent stay on the server for a while. */
const SETTINGS = ['max_connections=400', 'shared_buffers=128MB']

/** @typedef {import('./kit/postgres-fleet.mjs').Member} Member */

/** @type {import('./kit/proof.mjs').Proof} */
export const postgresFaults = {
  claims:
    'four workers, three schedulers and two producers on PostgreSQL, a fault each second: every acknowledged job completed once, every tick once, everybody back by himself within ten seconds',
  takes: 'a second for each fault and 20 more, 9 processes and a server, 1.5 GB',
  options: {
    faults: { default: 60, says: 'faults, one each second' },
    back: { default: 10, says: 'seconds in which everybody must be back' },
  },
  // A machine that does other things too is late without a mistake of anybody.
  short: { faults: 7, back: 60 },

  async prove({ numbers: { faults = 60, back = 10 }, random, seed, folder, say }) {
    const journal = join(folder, 'journal.jsonl')
    return withPostgres({ folder, settings: SETTINGS }, async (cluster) => {
      const fleet = await PostgresFleet.make({ cluster, journal, seed })
      const troubles = new PostgresTroubles({ cluster, fleet, random, say })
      const maker = new Actor('../actors/schedules.mjs', { url: cluster.url, everyMs: PERIOD_MS, count: SCHEDULES })
      const { members } = fleet
      return withActors([maker, ...members.map(({ actor }) => actor)], async () => {
        await maker.start()
        await Promise.all(members.map(({ actor }) => actor.start()))
        const probing = fleet.probe()
        const from = sharedNow()
        await troubles.meet(faults, EACH_MS)
        await fleet.untilAllBack(1000 * back, journal)
        const watched = { from, until: sharedNow() }
        await probing.stop()
        const exits = await drain({ fleet, url: cluster.url, journal, say })
        return judge({ fleet, troubles, journal, url: cluster.url, watched, exits, withinMs: 1000 * back })
      }).finally(() => fleet.close())
    })
  },
}

/**
 * Ends everybody well: first who makes work, then who does it.
 * @param {{ fleet: PostgresFleet, url: string, journal: string, say: (text: string) => void }} given
 */
async function drain({ fleet, url, journal, say }) {
  const end = async (/** @type {Member['role']} */ role) =>
    Promise.all(
      fleet.of(role).map(async ({ name, actor }) => ({ name, code: await actor.terminate(TERMINATE_WITHIN_MS) })),
    )
  const exits = [...(await end('producer')), ...(await end('scheduler'))]
  const acked = new Set(readJournal(journal).flatMap(({ what, id }) => (what === 'ack' ? [id] : []))).size
  say(`${acked} jobs acknowledged; waiting for their completion`)
  await watchCounts(url, { state: 'completed', task: 'prove:work', atLeast: acked, withinMs: 60_000, say })
  await fleet.untilIdle(60_000)
  return [...exits, ...(await end('worker'))]
}

/**
 * @param {object} evidence
 * @param {PostgresFleet} evidence.fleet
 * @param {PostgresTroubles} evidence.troubles
 * @param {string} evidence.journal
 * @param {string} evidence.url
 * @param {import('./kit/vital-signs.mjs').Trouble} evidence.watched
 * @param {readonly { readonly name: string, readonly code: number | null }[]} evidence.exits
 * @param {number} evidence.withinMs in which everybody must be back
 * @returns {Promise<import('./kit/proof.mjs').Verdict>}
 */
async function judge({ fleet, troubles, journal, url, watched, exits, withinMs }) {
  const lines = readJournal(journal)
  const meant = lines.flatMap(({ what, id }) => (what === 'intent' ? [id] : []))
  const store = await readStore(url, meant)
  const done = account({ lines, records: store.records, completions: store.completions })
  const deaths = fleet.members.flatMap(({ actor }) => actor.deaths)
  const leases = exclusion({ lines, deaths, freezes: fleet.members.flatMap(({ actor }) => actor.freezes) })
  const ticks = await readTicks(url)
  const back = fleet.of('worker', 'scheduler', 'producer').flatMap((member) => vitals(member, fleet, lines, watched))
  const unended = store.counts.filter(({ state, count }) => state !== 'completed' && count > 0)
  return {
    figures: {
      faults: troubles.summary,
      jobs: `${done.enqueued} meant, ${done.acked} acknowledged, ${done.completed} completed, ${done.doubled.length} doubled, ${done.lost.length} lost`,
      'handler starts': `${done.starts} (${done.repeated} jobs more than once), ${leases.zombies + leases.overlapping.length} overtaken`,
      ticks: `${ticks.fired} of ${SCHEDULES} schedules, at most ${ticks.lateMs} ms late`,
      'enqueues that failed': fleet.of('producer').map(producerFigures).join('; '),
      'starts without a server': fleet.failedStarts,
      ...backFigures(back),
    },
    findings: [
      none('acknowledged jobs that are not completed', done.lost),
      none('jobs completed twice', done.doubled),
      none('completions whose attempt never ended', unfenced(store.records, lines)),
      finding('the counter of completions agrees', store.completedEver === done.completed, store.completedEver),
      none('jobs from nowhere', done.strangers),
      none('jobs completed without a handler', done.unrun),
      none('leases held twice', leases.shared),
      none('fences that did not grow', leases.backwards),
      finding(`${SCHEDULES} schedules fired`, ticks.schedules === SCHEDULES, ticks.schedules),
      none('missed ticks', ticks.missed),
      none('doubled ticks', ticks.doubled),
      none('jobs and ticks that did not end as completed', unended),
      none(
        `longer than ${withinMs / 1000} s away after a fault`,
        back.filter(({ awayMs }) => awayMs > withinMs).map(({ name, sign, awayMs }) => ({ name, sign, awayMs })),
      ),
      none('processes that ended by themselves after they had started', fleet.strays),
      none(
        'processes that did not end well when asked',
        exits.filter(({ code }) => code !== 0),
      ),
      none('what maintenance.verify found', store.problems),
    ],
  }
}

/**
 * A completion is on record under the fence of its lease: an attempt under that fence must have ended.
 * @param {readonly (import('rota/port').JobRecord | null)[]} records
 * @param {readonly import('./kit/journal.mjs').Line[]} lines
 */
function unfenced(records, lines) {
  const ended = new Set(lines.flatMap(({ what, id, fence }) => (what === 'end' ? [`${id} ${fence}`] : [])))
  return records.flatMap((job) => (job?.state === 'completed' && !ended.has(`${job.id} ${job.fence}`) ? [job.id] : []))
}

/** @param {string} url */
async function readTicks(url) {
  const jobs = await listJobs(url, { state: 'completed', task: 'prove:tick' })
  /** @type {Map<string, number[]>} */
  const bySchedule = new Map()
  for (const { tick } of jobs) {
    if (tick === null) continue
    bySchedule.set(tick.schedule, [...(bySchedule.get(tick.schedule) ?? []), tick.tick])
  }
  const accounts = [...bySchedule.values()].map((ticks) => tickAccount(ticks, PERIOD_MS))
  return {
    schedules: bySchedule.size,
    fired: jobs.length,
    lateMs: Math.max(...jobs.map(({ tick }) => tick?.late ?? 0)),
    missed: accounts.flatMap(({ missed }) => missed),
    doubled: accounts.flatMap(({ doubled, off }) => [...doubled, ...off]),
  }
}

/**
 * @param {Member} member
 * @param {PostgresFleet} fleet
 * @param {readonly import('./kit/journal.mjs').Line[]} lines
 * @param {import('./kit/vital-signs.mjs').Trouble} watched
 */
function vitals(member, fleet, lines, watched) {
  return [...fleet.signsOf(member, lines)].map(([sign, at]) => ({
    name: member.name,
    sign,
    silenceMs: Math.round(longestSilence(at, member.troubles, watched)),
    // Whoever is hit again before he is back has his time again.
    awayMs: Math.round(longestSilence([...at, ...member.troubles.map(({ until }) => until)], member.troubles, watched)),
    returns: returnsAfter(at, member.troubles).filter((ms) => ms !== Infinity),
  }))
}

/** @param {readonly ReturnType<typeof vitals>[number][]} back */
function backFigures(back) {
  const signs = [...new Set(back.map(({ sign }) => sign))]
  return Object.fromEntries(
    signs.map((sign) => {
      const some = back.filter((one) => one.sign === sign)
      const returns = some.flatMap((one) => one.returns).toSorted((a, b) => a - b)
      const at = (/** @type {number} */ share) => Math.round(returns[Math.floor(share * (returns.length - 1))] ?? 0)
      const longest = (/** @type {'silenceMs' | 'awayMs'} */ of) => Math.max(...some.map((one) => one[of]))
      return [
        `${sign} again`,
        `after ${at(0.5)} ms (median), ${at(0.95)} ms (p95), ${at(1)} ms (longest of ${returns.length}); at most ${longest('awayMs')} ms after the last fault, ${longest('silenceMs')} ms over several`,
      ]
    }),
  )
}

/** @param {Member} member */
function producerFigures({ name, actor }) {
  const told = actor.messages.flatMap((message) => {
    const { figures } = /** @type {{ figures?: { failed: number, slowestMs: number } }} */ (message)
    return figures === undefined ? [] : [figures]
  })
  return told.map(({ failed, slowestMs }) => `${name} ${failed}, slowest ${Math.round(slowestMs)} ms`).join('; ')
}
