import type { Timer } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'

/** `sleep` counts elapsed time; `timer` follows the wall clock, also when that is set. */
export type FakeTimerKind = 'timer' | 'sleep'

/** The two hands of a fake clock. */
export interface Hands {
  wall: number
  elapsed: number
}

/** The timers of a fake clock, in the order in which they come due. */
export class FakeTimers {
  readonly #hands: Hands
  readonly #soon: (fire: () => void) => void
  readonly #waiting = new Set<FakeTimer>()

  /** `soon` runs what is due already: it needs no time to pass. */
  constructor(hands: Hands, soon: (fire: () => void) => void) {
    this.#hands = hands
    this.#soon = soon
  }

  add(kind: FakeTimerKind, due: number, fire: () => void): Timer {
    const timer = new FakeTimer(kind, due, fire, this.#waiting)
    this.#waiting.add(timer)
    if (timer.dueIn(this.#hands) <= 0) this.#soon(() => timer.fire())
    return timer
  }

  /** The one that comes due first; of several, the one that was set first. */
  next(): { readonly dueIn: DurationMs; readonly fire: () => void } | undefined {
    let first: FakeTimer | undefined
    for (const timer of this.#waiting) {
      if (first === undefined || timer.dueIn(this.#hands) < first.dueIn(this.#hands)) first = timer
    }
    return first === undefined ? undefined : { dueIn: Math.max(0, first.dueIn(this.#hands)), fire: () => first.fire() }
  }

  list(): { readonly dueIn: DurationMs; readonly kind: FakeTimerKind }[] {
    return [...this.#waiting]
      .map((timer) => ({ dueIn: timer.dueIn(this.#hands), kind: timer.kind }))
      .sort((a, b) => a.dueIn - b.dueIn)
  }

  /** After the wall clock was set: whatever that made due fires without time passing. */
  fireDue(): void {
    for (const timer of this.#waiting) {
      if (timer.dueIn(this.#hands) <= 0) this.#soon(() => timer.fire())
    }
  }
}

class FakeTimer implements Timer {
  readonly kind: FakeTimerKind
  readonly #due: number
  readonly #fire: () => void
  readonly #waiting: Set<FakeTimer>

  constructor(kind: FakeTimerKind, due: number, fire: () => void, waiting: Set<FakeTimer>) {
    this.kind = kind
    this.#due = due
    this.#fire = fire
    this.#waiting = waiting
  }

  dueIn(hands: Hands): DurationMs {
    return this.#due - (this.kind === 'timer' ? hands.wall : hands.elapsed)
  }

  cancel(): void {
    this.#waiting.delete(this)
  }

  unref(): void {
    // a fake timer never holds the process
  }

  fire(): void {
    if (this.#waiting.delete(this)) this.#fire()
  }
}
