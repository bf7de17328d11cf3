import { setMaxListeners } from 'node:events'

/**
 * One caller's items in a batcher, from add to answer. It is its own abort listener, so that a caller costs one object and one promise.
 */
export class BatchEntry<Item, Result> {
  readonly items: readonly Item[]
  readonly bytes: number
  /** It is in a flush: it does not wait any more. */
  taken = false
  readonly #resolve: (results: readonly Result[]) => void
  readonly #reject: (reason: unknown) => void
  readonly #signal: AbortSignal | undefined
  #leave: ((entry: BatchEntry<Item, Result>) => void) | undefined
  #settled = false

  constructor(
    items: readonly Item[],
    bytes: number,
    resolve: (results: readonly Result[]) => void,
    reject: (reason: unknown) => void,
    signal: AbortSignal | undefined,
  ) {
    this.items = items
    this.bytes = bytes
    this.#resolve = resolve
    this.#reject = reject
    this.#signal = signal
  }

  /** True once the caller has its answer, an abort included. */
  get settled(): boolean {
    return this.#settled
  }

  /** From here on an abort answers the caller and calls `leave`. */
  listen(leave: (entry: BatchEntry<Item, Result>) => void): void {
    if (this.#signal === undefined) return
    this.#leave = leave
    // Many waits on one signal are no leak: each removes its listener. Node warns of the 11th otherwise.
    setMaxListeners(0, this.#signal)
    this.#signal.addEventListener('abort', this)
  }

  handleEvent(): void {
    this.reject(this.#signal?.reason)
    this.#leave?.(this)
  }

  resolve(results: readonly Result[]): void {
    this.#settle()
    this.#resolve(results)
  }

  reject(reason: unknown): void {
    this.#settle()
    this.#reject(reason)
  }

  #settle(): void {
    this.#settled = true
    this.#signal?.removeEventListener('abort', this)
  }
}
