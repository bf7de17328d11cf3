import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRota, task } from 'rota'
import { Actor, withActors } from './kit/actor.mjs'
import { finding, none } from './kit/proof.mjs'
import { readStore, watchCounts } from './kit/store.mjs'

const LEASE_MS = 4000

/** Longer than a lease, so that one that nobody keeps is lost. */
const TIMEOUT_MS = 6000

const MEMORY_BYTES = 64 * 1024 * 1024

/** How long the jobs that behave take, and how long after each other they come. */
const GOOD_MS = 40
const EVERY_MS = 50

/**
 * The time-out of each fault, and what its job says in the end. What ends by itself has no time-out: on a machine that is busy enough, that
 * would come first.
 * @type {Readonly<Record<string, { timeoutMs: number | null, fails: string }>>}
 */
const FAULTS = {
  loop: { timeoutMs: TIMEOUT_MS, fails: 'TIMEOUT' },
  never: { timeoutMs: TIMEOUT_MS, fails: 'TIMEOUT' },
  heap: { timeoutMs: null, fails: 'OUT_OF_MEMORY' },
  buffers: { timeoutMs: null, fails: 'OUT_OF_MEMORY' },
  exit: { timeoutMs: null, fails: 'HANDLER_EXITED' },
  text: { timeoutMs: null, fails: 'just text' },
  later: { timeoutMs: null, fails: 'behind the back' },
}

/** @typedef {{ what?: string, troubles?: string[], delayMs?: number, p99Ms?: number }} Told */

/** @type {import('./kit/proof.mjs').Proof} */
export const isolationFaults = {
  claims:
    'a task that loops for ever, eats memory, ends its process, throws no error or never settles ends as it should; its worker, the other jobs and all leases are untouched',
  takes: 'half a minute, up to 20 processes, 1 GB',
  options: {
    tries: { default: 2, says: 'how often each fault is tried' },
    jobs: { default: 250, says: 'jobs that behave, one each 50 ms' },
  },
  short: { tries: 1, jobs: 60 },

  async prove({ numbers: { tries = 0, jobs = 0 }, folder, say }) {
    const file = join(folder, 'store.db')
    const url = `sqlite:${file}`
    const timeouts = Object.fromEntries(Object.entries(FAULTS).map(([name, { timeoutMs }]) => [name, timeoutMs]))
    const settings = { url, leaseMs: LEASE_MS, tries, memoryBytes: MEMORY_BYTES, faults: timeouts }
    const worker = new Actor('../actors/isolated-worker.mjs', settings)
    return withActors([worker], async () => {
      await worker.start()
      const ids = await enqueueAll(url, jobs)
      for (const name of Object.keys(FAULTS)) {
        await watchCounts(file, { state: 'failed', task: `prove:${name}`, atLeast: 1, withinMs: 120_000, say })
      }
      await watchCounts(file, { state: 'completed', task: 'prove:good', atLeast: jobs, withinMs: 120_000, say })
      const children = childrenOf(worker.pid)
      const code = await worker.terminate(30_000)
      return judge({ file, ids, jobs, tries, code, children, worker })
    })
  },
}

/**
 * The faults at once, and the jobs that behave beside them, one by one.
 * @param {string} url
 * @param {number} jobs
 */
async function enqueueAll(url, jobs) {
  const rota = createRota({ url })
  /** @type {Record<string, string>} */
  const faults = {}
  for (const name of Object.keys(FAULTS)) faults[name] = (await rota.enqueue(task(`prove:${name}`))).id
  /** @type {import('rota').TaskDefinition<{ ms: number }>} */
  const goodTask = task('prove:good')
  const good = []
  for (let count = 0; count < jobs; count++) {
    good.push((await rota.enqueue(goodTask, { ms: GOOD_MS })).id)
    await sleep(EVERY_MS)
  }
  await rota.close()
  return { faults, good }
}

/**
 * @param {object} evidence
 * @param {string} evidence.file
 * @param {{ faults: Record<string, string>, good: readonly string[] }} evidence.ids
 * @param {number} evidence.jobs
 * @param {number} evidence.tries
 * @param {number | null} evidence.code
 * @param {readonly number[]} evidence.children
 * @param {Actor} evidence.worker
 * @returns {Promise<import('./kit/proof.mjs').Verdict>}
 */
async function judge({ file, ids, jobs, tries, code, children, worker }) {
  const { records, problems } = await readStore(file, ids.good)
  const faults = await readStore(file, Object.values(ids.faults))
  const ends = Object.keys(FAULTS).map((name, index) => endOf(name, faults.records[index] ?? null))
  const told = /** @type {Told[]} */ (worker.messages)
  const last = told.find(({ what }) => what === 'ended')
  const standstills = told.filter(({ what }) => what === 'stood-still').length
  const leasedAgain = records.filter((record) => record?.fence !== 1)
  const good = records.filter((record) => record?.state === 'completed')
  const processes = new Set(good.map((record) => record?.result?.json)).size
  return {
    figures: {
      ...Object.fromEntries(ends.map(({ name, fence, said }) => [name, `${fence} attempts: ${said}`])),
      'jobs that behave': `${good.length} of ${jobs} completed, in ${processes} processes`,
      'event loop of the worker': `p99 ${ms(last?.p99Ms)}, at most ${ms(last?.delayMs)}`,
    },
    findings: [
      ...ends.map(({ name, ok, said }) => finding(`${name} fails with ${FAULTS[name]?.fails ?? ''}`, ok, said)),
      none(
        `faults that were not tried ${tries} times`,
        ends
          .filter(({ fence }) => (standstills === 0 ? fence !== tries : fence < tries))
          .map(({ name, fence }) => ({ name, fence })),
      ),
      finding('every job that behaves is completed', good.length === jobs, good.length),
      // A machine that lets a worker stand still takes its leases without anybody's mistake.
      finding(
        'no lease is lost, no handler left behind',
        (last?.troubles?.length === 0 && leasedAgain.length === 0) || standstills > 0,
        `${String(last?.troubles?.length)} troubles, ${leasedAgain.length} jobs leased again, ${standstills} standstills`,
      ),
      finding('the worker ends well', code === 0, String(code)),
      none('children that outlived it', children.filter(isAlive)),
      none('what maintenance.verify found', problems),
    ],
  }
}

/**
 * @param {string} name
 * @param {import('./kit/store.mjs').JobRecord | null} record
 */
function endOf(name, record) {
  const error = /** @type {{ code?: string, message: string }} */ (
    JSON.parse(record?.error ?? '{"message":"no error"}')
  )
  const said = error.code === undefined ? error.message : `${error.code}: ${error.message}`
  const ok = record?.state === 'failed' && [error.code, error.message].includes(FAULTS[name]?.fails)
  return { name, ok, said: said.split(';')[0] ?? '', fence: record?.fence ?? 0 }
}

/** @param {number | undefined} length */
const ms = (length) => (length === undefined ? 'unknown' : `${length.toFixed(1)} ms`)

/**
 * Processes whose parent this is; none where the system has no /proc.
 * @param {number} pid
 */
function childrenOf(pid) {
  return pids().filter((one) => statOf(one)?.parent === pid)
}

/** @param {number} pid */
function isAlive(pid) {
  const stat = statOf(pid)
  return stat !== null && stat.state !== 'Z'
}

function pids() {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

/** @param {number} pid */
function statOf(pid) {
  try {
    const [state = '', parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return { state, parent: Number(parent) }
  } catch {
    return null
  }
}
