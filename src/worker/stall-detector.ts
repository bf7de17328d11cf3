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
  #aliveAt = 0

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

  /** The event loop turns now, and will be looked at again soon. */
  alive(): void {
    this.#aliveAt = this.#clock.monotonic()
  }

  /** The look that was promised has come; says how long the loop stood still, when that was too long. */
  look(): void {
    const blockedMs = this.#clock.monotonic() - this.#aliveAt
    this.alive()
    if (blockedMs <= this.#limitMs) return
    const running = [...this.#held].filter((attempt) => attempt.handlerRuns)
    this.#tell(blockedMs, [...new Set(running.map((attempt) => attempt.task.name))])
  }

  /** The synchronous part of a handler took so long: here the culprit is known. */
  ran(task: string, tookMs: DurationMs): void {
    if (tookMs <= this.#limitMs) return
    this.alive()
    this.#tell(tookMs, [task])
  }

  #tell(blockedMs: DurationMs, tasks: readonly string[]): void {
    this.#events.emit({ type: 'stall', blockedMs: Math.round(blockedMs), tasks })
  }
}
