import type { Clock } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'
import type { EventSink } from './event-sink.js'
import type { HeldAttempts } from './held-attempts.js'

/** Notices that the event loop stood still for longer than a third of a lease: leases may be lost then, and a handler is to blame. */
export class StallDetector {
  readonly #clock: Clock
  readonly #events: EventSink
  readonly #held: HeldAttempts
  readonly #limitMs: DurationMs
  #lookAt = Infinity
  #stalled = false

  constructor(deps: {
    readonly clock: Clock
    readonly events: EventSink
    readonly held: HeldAttempts
    readonly leaseMs: DurationMs
  }) {
    this.#clock = deps.clock
    this.#events = deps.events
    this.#held = deps.held
    this.#limitMs = deps.leaseMs / 3
  }

  /** The event loop turns now, and is to be looked at again in so many milliseconds. */
  lookIn(length: DurationMs): void {
    this.#lookAt = this.#clock.monotonic() + length
  }

  /**
   * That look has come; it is late by as long as the loop stood still at the end, at least. True when leases may have been lost
   * by a standstill since the look before.
   */
  look(): boolean {
    const blockedMs = this.#clock.monotonic() - this.#lookAt
    if (blockedMs > this.#limitMs) {
      const running = [...this.#held].filter((attempt) => attempt.handlerRuns)
      this.#tell(blockedMs, [...new Set(running.map((attempt) => attempt.task.name))])
    }
    const stalled = this.#stalled
    this.#stalled = false
    return stalled
  }

  /** The synchronous part of a handler took so long: here the culprit is known. */
  ran(task: string, tookMs: DurationMs): void {
    if (tookMs <= this.#limitMs) return
    this.#lookAt = Math.max(this.#lookAt, this.#clock.monotonic()) // told once is enough
    this.#tell(tookMs, [task])
  }

  #tell(blockedMs: DurationMs, tasks: readonly string[]): void {
    this.#stalled = true
    this.#events.emit({ type: 'stall', blockedMs: Math.round(blockedMs), tasks })
  }
}
