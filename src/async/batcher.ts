import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import { BatchEntry } from './batch-entry.js'
import { Deferred } from './deferred.js'

/** How a batcher gathers and hands on. */
export interface BatcherOptions<Item, Result> {
  readonly clock: Pick<Clock, 'defer'>
  /** Does the work for all; result i belongs to item i. */
  readonly flush: (items: readonly Item[]) => Promise<readonly Result[]>
  /** What is batched, as the first word of errors, such as `enqueue`. */
  readonly what: string
  /** Items of one flush at most; only a single caller's add may be larger. @defaultValue 500 */
  readonly itemsMax?: number
  /** Bytes of one flush at most, by `bytesOf`. @defaultValue no bound */
  readonly bytesMax?: number
  readonly bytesOf?: (item: Item) => number
  /** Flushes under way at once; one beside others carries at least half as many items as they do, or waits. @defaultValue 1 */
  readonly concurrency?: number
  /** Items that may wait; above it `add` is refused with `BUSY`. @defaultValue 1,000,000 */
  readonly waitingMax?: number
  /** True for an error that may be the fault of one caller's data: the flush is then repeated caller by caller. @defaultValue never */
  readonly isolate?: (error: unknown) => boolean
}

/** So many callers may leave before the list is gone through for them. */
const GONE_MAX = 64

/**
 * Turns many small calls into few large ones. What is added within one turn of the event loop goes out together in the next,
 * and what is added while a flush is under way waits for it, so batches grow with the cost of a flush and a lone call waits for nobody.
 *
 * A caller's items are never split, and no caller sees the error of another: see `isolate`.
 * Each add is answered when its items were flushed, so a caller that awaits is slowed to the pace of the store.
 */
export class Batcher<Item, Result> {
  readonly #options: BatcherOptions<Item, Result>
  readonly #itemsMax: number
  readonly #bytesMax: number
  readonly #concurrency: number
  readonly #waitingMax: number
  /**
   * In order of arrival; those whose callers have left stay until they are met, or until they are the most. Not a Set: V8 makes a new
   * table as one grows and shrinks and links the old to the new, so that each collection carried dead batches along (a tenth of all time).
   */
  #entries: BatchEntry<Item, Result>[] = []
  #gone = 0
  #itemsWaiting = 0
  #underWay = 0
  #itemsUnderWay = 0
  #scheduled = false
  #closed: Deferred | null = null

  constructor(options: BatcherOptions<Item, Result>) {
    const { itemsMax = 500, bytesMax = Infinity, concurrency = 1, waitingMax = 1_000_000 } = options
    this.#options = options
    this.#itemsMax = itemsMax
    this.#bytesMax = bytesMax
    this.#concurrency = concurrency
    this.#waitingMax = waitingMax
  }

  /** Items that wait for a flush. */
  get waiting(): number {
    return this.#itemsWaiting
  }

  /**
   * Adds one caller's items; resolves with their results, in order, when they were flushed.
   * Aborted before its flush the items are taken out, during it the flush goes on; either way this rejects with `signal.reason`.
   */
  add(items: readonly Item[], signal?: AbortSignal): Promise<readonly Result[]> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) reject(signal.reason)
      else if (this.#closed !== null) reject(new RotaError('BACKEND_CLOSED', `${this.#options.what} came after close`))
      else if (items.length === 0) resolve([])
      else if (this.#itemsWaiting + items.length > this.#waitingMax) reject(this.#busy())
      else this.#enter(new BatchEntry(items, this.#bytesOf(items), resolve, reject, signal))
    })
  }

  /** Takes no more, flushes what waits, and resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#closed ??= new Deferred()
    this.#finishClose()
    await this.#closed.promise
  }

  #enter(entry: BatchEntry<Item, Result>): void {
    this.#entries.push(entry)
    this.#itemsWaiting += entry.items.length
    entry.listen(this.#leave)
    if (this.#itemsWaiting >= this.#itemsMax) this.#startFlushes()
    else this.#schedule()
  }

  /** An aborted caller takes its items along. */
  readonly #leave = (entry: BatchEntry<Item, Result>): void => {
    if (!entry.taken) {
      this.#itemsWaiting -= entry.items.length
      if (++this.#gone > GONE_MAX && this.#gone * 2 > this.#entries.length) this.#forgetGone()
    }
    this.#finishClose()
  }

  #schedule(): void {
    if (this.#scheduled || this.#underWay >= this.#concurrency || this.#itemsWaiting === 0) return
    this.#scheduled = true
    this.#options.clock.defer(this.#onTurn)
  }

  readonly #onTurn = (): void => {
    this.#scheduled = false
    this.#startFlushes()
  }

  #startFlushes(): void {
    while (this.#mayStart()) void this.#flushBatch(this.#takeBatch())
  }

  /** The few who come between two large flushes join the next: a flush has a price of its own, whatever it carries. */
  #mayStart(): boolean {
    if (this.#itemsWaiting === 0 || this.#underWay >= this.#concurrency) return false
    return this.#underWay === 0 || this.#itemsWaiting >= this.#itemsUnderWay / 2
  }

  /** The oldest entries that fit together; at least one. */
  #takeBatch(): BatchEntry<Item, Result>[] {
    if (this.#gone > 0) this.#forgetGone()
    let items = 0
    let bytes = 0
    let end = 0
    for (const entry of this.#entries) {
      items += entry.items.length
      bytes += entry.bytes
      if (end > 0 && (items > this.#itemsMax || bytes > this.#bytesMax)) break
      end++
      entry.taken = true
      this.#itemsWaiting -= entry.items.length
    }
    const batch = this.#entries
    this.#entries = end === batch.length ? [] : batch.splice(end)
    return batch
  }

  #forgetGone(): void {
    this.#entries = this.#entries.filter(({ settled }) => !settled)
    this.#gone = 0
  }

  /** Never rejects: every outcome goes to its callers. */
  async #flushBatch(batch: readonly BatchEntry<Item, Result>[]): Promise<void> {
    const count = batch.reduce((sum, { items }) => sum + items.length, 0)
    this.#underWay++
    this.#itemsUnderWay += count
    try {
      await this.#flush(batch)
    } catch (error) {
      if (batch.length > 1 && this.#options.isolate?.(error) === true) await this.#flushOneByOne(batch)
      else for (const entry of batch) entry.reject(error)
    }
    this.#underWay--
    this.#itemsUnderWay -= count
    // Not at once: the callers just answered often add their next items in this very turn.
    this.#schedule()
    this.#finishClose()
  }

  async #flushOneByOne(batch: readonly BatchEntry<Item, Result>[]): Promise<void> {
    for (const entry of batch) {
      if (entry.settled) continue
      try {
        await this.#flush([entry])
      } catch (error) {
        entry.reject(error)
      }
    }
  }

  async #flush(batch: readonly BatchEntry<Item, Result>[]): Promise<void> {
    const items = itemsOf(batch)
    const results = await this.#options.flush(items)
    if (results.length !== items.length) {
      throw new TypeError(
        `${this.#options.what} must give one result for each item, expected ${items.length}, got ${results.length}`,
      )
    }
    let start = 0
    for (const entry of batch) {
      const end = start + entry.items.length
      entry.resolve(batch.length === 1 ? results : results.slice(start, end))
      start = end
    }
  }

  #bytesOf(items: readonly Item[]): number {
    const { bytesOf } = this.#options
    return bytesOf === undefined ? 0 : items.reduce((sum, item) => sum + bytesOf(item), 0)
  }

  #busy(): RotaError {
    const { what } = this.#options
    const message = `${what} has ${this.#itemsWaiting} items waiting, at most ${this.#waitingMax} may; await earlier calls before making more`
    return new RotaError('BUSY', message, { facts: { what, waiting: this.#itemsWaiting, limit: this.#waitingMax } })
  }

  #finishClose(): void {
    if (this.#closed !== null && this.#underWay === 0 && this.#itemsWaiting === 0) this.#closed.resolve()
  }
}

function itemsOf<Item, Result>(batch: readonly BatchEntry<Item, Result>[]): readonly Item[] {
  const [first] = batch
  if (first !== undefined && batch.length === 1) return first.items
  const items: Item[] = []
  for (const entry of batch) {
    for (const item of entry.items) items.push(item)
  }
  return items
}
