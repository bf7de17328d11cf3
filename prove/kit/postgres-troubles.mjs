import { setTimeout as sleep } from 'node:timers/promises'
import { sharedNow } from './journal.mjs'

/** Of so many faults, so many are of each kind. */
const DECK = /** @type {const} */ ({ kill: 5, freeze: 4, terminate: 4, restart: 2, forget: 3, cut: 2 })

/** In ms: how long a process is away, stands still, a server is down before it starts, a line is cut. */
const AWAY_MS = [0, 1000]
const FROZEN_MS = [500, 6000]
const DOWN_MS = [0, 1000]
const CUT_MS = [500, 3000]

/** One fault in so many of those that can hit everybody does. */
const EVERYBODY_IN = 3

/** @typedef {keyof typeof DECK} Kind */
/** @typedef {import('./postgres-fleet.mjs').Member} Member */

/** Does to a fleet and its server what the world does, and writes down to whom and for how long. */
export class PostgresTroubles {
  /** @type {import('../../test/servers/postgres-cluster.mjs').PostgresCluster} */
  #cluster
  /** @type {import('./postgres-fleet.mjs').PostgresFleet} */
  #fleet
  /** @type {import('./random.mjs').Random} */
  #random
  /** @type {(text: string) => void} */
  #say
  /** @type {Map<Kind, number>} */
  #met = new Map()
  /** A restart that is under way. @type {Promise<void> | null} */
  #restarting = null

  /** @param {{ cluster: import('../../test/servers/postgres-cluster.mjs').PostgresCluster, fleet: import('./postgres-fleet.mjs').PostgresFleet, random: import('./random.mjs').Random, say: (text: string) => void }} given */
  constructor({ cluster, fleet, random, say }) {
    this.#cluster = cluster
    this.#fleet = fleet
    this.#random = random
    this.#say = say
  }

  get summary() {
    return [...this.#met].map(([kind, times]) => `${times} ${kind}`).join(', ')
  }

  /**
   * Begins so many faults, one in each interval, and resolves when all of them are over.
   * @param {number} count
   * @param {number} eachMs
   */
  async meet(count, eachMs) {
    /** @type {Promise<void>[]} */
    const under = []
    for (const kind of this.#kinds(count)) {
      const next = sharedNow() + eachMs
      this.#met.set(kind, (this.#met.get(kind) ?? 0) + 1)
      under.push(this[`_${kind}`]())
      while (sharedNow() < next) {
        this.#fleet.supervise()
        await sleep(Math.min(50, Math.max(0, next - sharedNow())))
      }
    }
    await Promise.all(under)
  }

  /**
   * Kinds in their shares and in any order.
   * @param {number} count
   * @returns {readonly Kind[]}
   */
  #kinds(count) {
    const deck = /** @type {[Kind, number][]} */ (Object.entries(DECK)).flatMap(([kind, share]) =>
      Array.from({ length: share }, (_, index) => ({ kind, place: (index + this.#random.next()) / share })),
    )
    const order = deck.toSorted((a, b) => a.place - b.place).map(({ kind }) => kind)
    return Array.from({ length: count }, (_, index) => /** @type {Kind} */ (order[index % order.length]))
  }

  async _kill() {
    const member = this.#pick()
    if (member === null) return
    const trouble = begin('kill', [member])
    this.#say(`kill ${member.name}`)
    await member.actor.kill()
    await this.#pass(AWAY_MS)
    member.actor.spawn()
    member.pids.add(member.actor.pid)
    trouble.end()
  }

  async _freeze() {
    const member = this.#pick()
    if (member === null) return
    const lengthMs = this.#random.between(FROZEN_MS[0] ?? 0, FROZEN_MS[1] ?? 0)
    const trouble = begin('freeze', [member])
    this.#say(`freeze ${member.name} for ${Math.round(lengthMs)} ms`)
    await member.actor.freeze(lengthMs)
    trouble.end()
  }

  /** Ends connections as an administrator does. */
  async _terminate() {
    const members = this.#someOrAll()
    const { default: pg } = await import('pg')
    const client = new pg.Client({ connectionString: this.#cluster.url })
    client.on('error', () => undefined)
    const trouble = begin('terminate', members)
    try {
      await client.connect()
      const { rowCount } = await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ANY ($1)',
        [members.map(({ name }) => name)],
      )
      this.#say(`terminate ${rowCount ?? 0} connections of ${namesOf(members)}`)
    } catch {
      this.#say('terminate: the server is down')
    } finally {
      await client.end().catch(() => undefined)
      trouble.end()
    }
  }

  /** The server loses its power and comes up again. */
  async _restart() {
    await this.#restarting
    this.#restarting = this.#restart()
    await this.#restarting
  }

  async #restart() {
    const trouble = begin('restart', this.#fleet.members)
    const from = sharedNow()
    await this.#cluster.stop('immediate')
    await this.#pass(DOWN_MS)
    await this.#cluster.start()
    trouble.end()
    this.#say(`server down for ${Math.round(sharedNow() - from)} ms`)
  }

  /** Lines that are open fall silent; new ones work. */
  async _forget() {
    const members = this.#someOrAll()
    const trouble = begin('forget', members)
    const lines = members.reduce((sum, { proxy }) => sum + proxy.forget(), 0)
    trouble.end()
    this.#say(`silence ${lines} connections of ${namesOf(members)}`)
    return Promise.resolve()
  }

  /** Nothing comes through for a while, and nobody is told. */
  async _cut() {
    const members = this.#someOrAll()
    const trouble = begin('cut', members)
    for (const { proxy } of members) proxy.cut()
    this.#say(`cut off ${namesOf(members)}`)
    await this.#pass(CUT_MS)
    for (const { proxy } of members) proxy.heal()
    trouble.end()
  }

  /** Somebody to whom nothing is being done that a process could die of twice. */
  #pick() {
    const free = this.#fleet.members.filter(
      ({ troubles, actor }) =>
        actor.running && !troubles.some(({ kind, until }) => until === Infinity && ['kill', 'freeze'].includes(kind)),
    )
    return free.length === 0 ? null : this.#random.pick(free)
  }

  /** @returns {readonly Member[]} */
  #someOrAll() {
    const { members } = this.#fleet
    return this.#random.whole(1, EVERYBODY_IN) === 1 ? members : [this.#random.pick(members)]
  }

  /** @param {readonly number[]} range */
  #pass([low = 0, high = 0]) {
    return sleep(this.#random.between(low, high))
  }
}

/**
 * Writes a trouble down for everybody whom it hits; it lasts until `end`.
 * @param {Kind} kind
 * @param {readonly Member[]} members
 */
function begin(kind, members) {
  const from = sharedNow()
  const places = members.map(({ troubles }) => ({ troubles, at: troubles.push({ kind, from, until: Infinity }) - 1 }))
  return {
    end() {
      const until = sharedNow()
      for (const { troubles, at } of places) troubles[at] = { kind, from, until }
    },
  }
}

/** @param {readonly Member[]} members */
function namesOf(members) {
  return members.length === 1 ? (members[0]?.name ?? '') : 'everybody'
}
