import { setTimeout as sleep } from 'node:timers/promises'
import { Actor } from './actor.mjs'
import { readJournal, sharedNow } from './journal.mjs'
import { SilentProxy } from './silent-proxy.mjs'
import { backendOf } from './store.mjs'
import { returnsAfter } from './vital-signs.mjs'

const SIZES = /** @type {const} */ ({ worker: 4, scheduler: 3, producer: 2 })

const LEASE_MS = 4000

/** The load: 200 jobs a second for workers that could do 300. */
const WORK = { leaseMs: LEASE_MS, concurrency: 5, burst: 10, pauseMs: 90, handlerMs: [20, 100] }

const SCRIPTS = /** @type {const} */ ({
  worker: '../actors/postgres-node.mjs',
  scheduler: '../actors/postgres-node.mjs',
  producer: '../actors/steady-producer.mjs',
})

/** A queue that nobody works on: a hint for it can only have been heard. */
const PROBE = 'probe'
const PROBE_MS = 200

const LOOK_MS = 100

/** @typedef {keyof typeof SIZES} Role */
/** @typedef {import('./vital-signs.mjs').Trouble & { readonly kind: string }} OwnTrouble */

/**
 * @typedef {object} Member
 * @property {string} name also what the server calls its connections
 * @property {Role} role
 * @property {Actor} actor
 * @property {SilentProxy} proxy the only way of it to the server
 * @property {OwnTrouble[]} troubles what it met
 * @property {Set<number>} pids of its processes so far
 */

/** The processes that share one database, each behind a proxy of its own, and who looks after them. */
export class PostgresFleet {
  /** @type {readonly Member[]} */
  members
  /** Processes that worked, and ended although nobody did anything to them. @type {string[]} */
  strays = []
  /** How often a process found no server when it started, said so and ended: it is started again. */
  failedStarts = 0
  /** @type {string} */
  #url

  /**
   * @param {string} url
   * @param {readonly Member[]} members
   */
  constructor(url, members) {
    this.#url = url
    this.members = members
  }

  /** @param {{ cluster: import('../../test/servers/postgres-cluster.mjs').PostgresCluster, journal: string, seed: number }} given */
  static async make({ cluster, journal, seed }) {
    const { hostname: host, port } = new URL(cluster.url)
    /** @type {Member[]} */
    const members = []
    for (const role of /** @type {readonly Role[]} */ (Object.keys(SIZES))) {
      for (let index = 0; index < SIZES[role]; index += 1) {
        const name = `${role}-${index}`
        const proxy = new SilentProxy({ host, port: Number(port) })
        const url = `postgres://postgres@127.0.0.1:${await proxy.listen()}/postgres?application_name=${name}`
        const settings = { ...WORK, role, url, journal, probe: PROBE, seed: seed + index }
        const actor = new Actor(SCRIPTS[role], settings)
        members.push({ name, role, actor, proxy, troubles: [], pids: new Set() })
      }
    }
    return new PostgresFleet(cluster.url, members)
  }

  /** @param {Role[]} roles */
  of(...roles) {
    return this.members.filter(({ role }) => roles.includes(role))
  }

  /** Starts again whoever has ended by himself, as an orchestrator does, and takes it down. */
  supervise() {
    for (const { name, actor, pids, troubles } of this.members) {
      pids.add(actor.pid)
      if (actor.running || troubles.some(({ until }) => until === Infinity)) continue
      if (actor.isReady) this.strays.push(`${name}: ${actor.stderr.trim().split('\n').slice(-20).join(' | ')}`)
      else this.failedStarts += 1
      actor.spawn()
      pids.add(actor.pid)
    }
  }

  /** Sends hints that everybody who listens hears, until it is stopped. */
  probe() {
    let isStopped = false
    const running = this.#probeUntil(() => isStopped)
    return {
      stop: async () => {
        isStopped = true
        await running
      },
    }
  }

  /**
   * When a member gave which sign of life.
   * @param {Member} member
   * @param {readonly import('./journal.mjs').Line[]} lines
   * @returns {Map<string, number[]>}
   */
  signsOf({ role, actor, pids }, lines) {
    const written = (/** @type {import('./journal.mjs').What} */ wanted) =>
      lines.flatMap(({ what, pid, at }) => (what === wanted && pids.has(pid) ? [at] : []))
    const heard = actor.messages.flatMap((message) => {
      const { heardAt } = /** @type {{ heardAt?: number }} */ (message)
      return heardAt === undefined ? [] : [heardAt]
    })
    if (role === 'producer') return new Map([['enqueues', written('ack')]])
    return new Map([['hears hints', heard], ...(role === 'worker' ? [signsOfWork(written('start'))] : [])])
  }

  /**
   * Waits until everybody has given each of his signs after his last trouble, or so long.
   * @param {number} withinMs
   * @param {string} journal
   */
  async untilAllBack(withinMs, journal) {
    const deadline = sharedNow() + withinMs
    while (sharedNow() < deadline) {
      this.supervise()
      const lines = readJournal(journal)
      const isBack = (/** @type {Member} */ member) =>
        [...this.signsOf(member, lines).values()].every((at) => !returnsAfter(at, member.troubles).includes(Infinity))
      if (this.members.every(isBack)) return
      await sleep(2 * LOOK_MS)
    }
  }

  /**
   * Waits until no job waits or runs, or so long.
   * @param {number} withinMs
   */
  async untilIdle(withinMs) {
    const backend = backendOf(this.#url)
    await backend.open()
    try {
      const deadline = sharedNow() + withinMs
      while (sharedNow() < deadline) {
        const counts = await backend.inspector.counts({})
        if (counts.every(({ state, count }) => state === 'completed' || count === 0)) return
        await sleep(LOOK_MS)
      }
    } finally {
      await backend.close()
    }
  }

  async close() {
    await Promise.all(this.members.map(({ proxy }) => proxy.close()))
  }

  /** @param {() => boolean} isStopped */
  async #probeUntil(isStopped) {
    const { default: pg } = await import('pg')
    const { channel } = /** @type {{ channel: string }} */ (/** @type {unknown} */ (backendOf(this.#url).wakeups))
    const payload = JSON.stringify({ o: PROBE, q: [PROBE], k: [] })
    while (!isStopped()) {
      const client = new pg.Client({ connectionString: this.#url })
      client.on('error', () => undefined)
      try {
        await client.connect()
        while (!isStopped()) {
          await client.query('SELECT pg_notify($1, $2)', [channel, payload])
          await sleep(PROBE_MS)
        }
      } catch {
        // The server is down: that is what is tried here.
        await sleep(LOOK_MS)
      } finally {
        await client.end().catch(() => undefined)
      }
    }
  }
}

/**
 * @param {number[]} at
 * @returns {[string, number[]]}
 */
function signsOfWork(at) {
  return ['works', at]
}
