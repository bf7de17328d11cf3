import type { Call } from '../../port/call.js'
import { arrayOf, textsOf } from './arrays.js'

/** A pair of queue and task, and the number that stands for it in the tables. */
export interface Kind extends Pair {
  readonly id: number
}

interface Pair {
  readonly queue: string
  readonly task: string
}

/** Runs a statement that may be sent twice, and gives its rows. */
type Ask = (call: Call, text: string, values: readonly unknown[]) => Promise<readonly (readonly (string | null)[])[]>

/**
 * The pairs that a program reads when it opens a store; few have so many. An enqueue in a user's transaction then needs no second
 * connection: with one for each transaction that is open, a pool would wait for itself.
 */
export const KNOWN_KINDS = 'SELECT id, queue, task FROM {s}.kinds ORDER BY id LIMIT 10000'

/**
 * The kinds that are known here. A kind never changes and is never removed, so what was read stays true for as long as the same schema
 * is asked: one that was made anew, or a server that took over without the last commits, gives the same numbers to others.
 */
export class Kinds {
  readonly #ask: Ask
  #byId = new Map<number, Kind>()
  #byQueue = new Map<string, Map<string, Kind>>()

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /**
   * The numbers of pairs, in their order; new ones are written at once and stay, whatever becomes of the call, so that no
   * transaction of a user keeps others waiting for them.
   */
  async intern(call: Call, pairs: readonly Pair[]): Promise<readonly number[]> {
    const ids = pairs.map((pair) => this.#find(pair)?.id)
    const missing = new Map<string, Pair>()
    for (const [at, pair] of pairs.entries()) if (ids[at] === undefined) missing.set(nameOf(pair), pair)
    if (missing.size === 0) return ids.map(Number)
    const asked = [...missing.values()]
    const values = [textsOf(asked.map(({ queue }) => queue)), textsOf(asked.map(({ task }) => task))]
    const rows = await this.#ask(call, 'SELECT {s}.intern($1, $2)', values)
    const made = new Map(asked.map((pair, at) => [nameOf(pair), Number(rows[at]?.[0])]))
    for (const { queue, task } of asked) this.#add({ id: made.get(nameOf({ queue, task })) ?? 0, queue, task })
    return pairs.map((pair, at) => ids[at] ?? made.get(nameOf(pair)) ?? 0)
  }

  /** Somebody may have made the schema anew, or another server may answer from now on: what is known is read again before it is used. */
  forget(): void {
    this.#byId = new Map()
    this.#byQueue = new Map()
  }

  /** Takes up what was read: id, queue and task of each. */
  learn(rows: Awaited<ReturnType<Ask>>): void {
    for (const [id, queue, task] of rows) this.#add({ id: Number(id), queue: queue ?? '', task: task ?? '' })
  }

  /** What numbers stand for. */
  async read(call: Call, ids: Iterable<number>): Promise<(id: number) => Kind> {
    const missing = [...new Set(ids)].filter((id) => !this.#byId.has(id))
    if (missing.length > 0) {
      this.learn(await this.#ask(call, 'SELECT id, queue, task FROM {s}.kinds WHERE id = ANY ($1)', [arrayOf(missing)]))
    }
    return (id) => {
      const kind = this.#byId.get(id)
      if (kind === undefined) throw new Error(`kind ${id} is on no record: the tables have been changed by hand`)
      return kind
    }
  }

  /** The queues that hints of the server speak of; null when not all of them are known here. */
  queuesOf(hints: readonly (number | null)[] | null): readonly string[] | null {
    const queues = new Set<string>()
    for (const id of hints ?? []) {
      if (id === null) continue
      const kind = this.#byId.get(id)
      if (kind === undefined) return null
      queues.add(kind.queue)
    }
    return [...queues]
  }

  #find({ queue, task }: Pair): Kind | undefined {
    return this.#byQueue.get(queue)?.get(task)
  }

  #add(kind: Kind): void {
    this.#byId.set(kind.id, kind)
    let tasks = this.#byQueue.get(kind.queue)
    if (tasks === undefined) this.#byQueue.set(kind.queue, (tasks = new Map<string, Kind>()))
    tasks.set(kind.task, kind)
  }
}

function nameOf({ queue, task }: Pair): string {
  return `${queue}\n${task}`
}
