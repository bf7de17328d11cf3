import { availableParallelism, totalmem } from 'node:os'
import { Semaphore } from '../async/semaphore.js'

/** What a room knows of a child. */
export interface Roomer {
  readonly isIdle: boolean
  readonly isDying: boolean
  /** Monotonic. */
  readonly idleSince: number
  close(): void
}

/**
 * So many children may live at one time, whichever functions they run: runners that share a room share its bound. Attempts wait for each
 * other in the order in which they came, and a child that has nothing to do makes room for one of another function.
 */
export class ChildRoom {
  /** Children, and so attempts, at one time. */
  readonly max: number
  readonly #attempts: Semaphore
  readonly #children = new Set<Roomer>()

  /** `max`: 1 or more. */
  constructor(max: number = childrenMaxHere()) {
    if (!(Number.isSafeInteger(max) && max >= 1)) {
      throw new TypeError(`childrenMax: expected a whole number of at least 1, got ${String(max)}`)
    }
    this.max = max
    this.#attempts = new Semaphore(max)
  }

  /** Children that live, and attempts that wait for one. */
  get figures(): { readonly children: number; readonly waiting: number } {
    return { children: this.#living().length, waiting: this.#attempts.waiting }
  }

  /** Whether a child can be kept ready without another having to go. */
  get hasSpace(): boolean {
    return this.#living().length < this.max
  }

  /** Waits for the turn of an attempt; `leave` ends it. */
  enter(signal: AbortSignal): Promise<void> {
    return this.#attempts.acquire(signal)
  }

  leave(): void {
    this.#attempts.release()
  }

  /** Makes space for a child that is to be started: the one that has been idle for longest ends where there is none. */
  makeSpace(): void {
    if (this.hasSpace) return
    const idle = this.#living().filter((child) => child.isIdle)
    const [longest] = idle.toSorted((one, other) => one.idleSince - other.idleSince)
    longest?.close()
  }

  add(child: Roomer): void {
    this.#children.add(child)
  }

  delete(child: Roomer): void {
    this.#children.delete(child)
  }

  #living(): readonly Roomer[] {
    return [...this.#children].filter((child) => !child.isDying)
  }
}

/** What a child may take by default; most take a fraction of it. */
const USUAL_BYTES = 128 * 1024 * 1024

/**
 * How many children this machine is good for: 4 for each processor and 16 at least, since most wait for something else, but no more than
 * would fit into half of its memory at 128 MB each, and never fewer than 4. Limits of containers count.
 */
export function childrenMaxHere(
  processors: number = availableParallelism(),
  memoryBytes: number = Math.min(totalmem(), process.constrainedMemory() || Infinity),
): number {
  const fitting = Math.floor(memoryBytes / 2 / USUAL_BYTES)
  return Math.max(4, Math.min(Math.max(16, 4 * processors), fitting))
}
