import type { Clock, Timer } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'
import type { Backend } from '../port/backend.js'
import type { EventCursor, JobEvent } from '../port/event-log.js'
import type { Wakeup } from '../port/wakeups.js'
import { isTransient } from './transient.js'

/** A hint may come before what it tells of can be read (law 9): the first looks after one are this close together. */
const DELAY_MS_MIN: DurationMs = 1

/** Without hints nothing else tells of a change, and this is how late it is noticed. */
const DELAY_MS_MAX_UNHINTED: DurationMs = 500

/** With hints a look is only for one that was lost. */
const DELAY_MS_MAX_HINTED: DurationMs = 5_000

const EVENTS_MAX = 1_000

const NOTHING = Object.freeze({ events: [], missed: false })

/** Reads the event log from now on: woken by hints, and by a timer that backs off while nothing happens. */
export class EventTail {
  readonly #backend: Backend<never>
  readonly #clock: Clock
  readonly #delayMsMax: DurationMs
  #cursor: EventCursor | null = null
  #delayMs = DELAY_MS_MIN
  #nudged = false
  #wake: (() => void) | undefined
  #unsubscribe: (() => void) | undefined

  constructor(backend: Backend<never>, clock: Clock) {
    this.#backend = backend
    this.#clock = clock
    const { wakeups, shared } = backend.capabilities
    const everyChangeIsHinted = wakeups === 'shared' || (wakeups === 'local' && !shared)
    this.#delayMsMax = everyChangeIsHinted ? DELAY_MS_MAX_HINTED : DELAY_MS_MAX_UNHINTED
  }

  /** Takes the place to read from: everything that happens after this call was made is read. */
  async open(signal?: AbortSignal): Promise<void> {
    this.#unsubscribe ??= this.#backend.wakeups?.subscribe((hint) => this.#hear(hint))
    this.#cursor = await this.#backend.events.latest({ signal })
  }

  /**
   * The next events, perhaps none; `missed` when some were pruned before they could be read.
   * A store that is busy or away gives none for now: readers say themselves how long they want to go on.
   */
  async read(signal?: AbortSignal): Promise<{ readonly events: readonly JobEvent[]; readonly missed: boolean }> {
    this.#nudged = false
    const params = { after: this.#cursor, limit: EVENTS_MAX, signal }
    const page = await this.#backend.events.read(params).catch((error: unknown) => {
      if (isTransient(this.#backend, error)) return null
      throw error
    })
    if (page === null) return NOTHING
    const { events, cursor, missed } = page
    this.#cursor = cursor
    if (events.length > 0 || missed) this.#delayMs = DELAY_MS_MIN
    return { events, missed }
  }

  /** Resolves when a look is worth it; rejects when aborted. */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#nudged) return
    let timer: Timer | undefined
    let onAbort: (() => void) | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve
        timer = this.#clock.setTimer(this.#clock.now() + this.#delayMs, resolve)
        onAbort = (): void => reject(signal.reason as Error)
        signal.addEventListener('abort', onAbort, { once: true })
      })
    } finally {
      this.#wake = undefined
      timer?.cancel()
      if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
    }
    this.#delayMs = Math.min(this.#delayMs * 2, this.#delayMsMax)
  }

  /** Ends the wait that is under way, or the next one. */
  nudge(): void {
    this.#nudged = true
    this.#wake?.()
  }

  close(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
  }

  #hear(hint: Wakeup): void {
    if (hint.kind !== 'events' && hint.kind !== 'resync') return
    this.#delayMs = DELAY_MS_MIN
    this.nudge()
  }
}
