import { withDeadline } from '../async/deadline.js'
import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { DurationMs } from '../model/units.js'
import type { StoreCall } from './worker-event.js'

/** Gives every call to the store a deadline, so that no loop of the worker waits for ever on a dead connection. */
export class StoreCaller {
  readonly #clock: Clock
  readonly #timeoutMs: DurationMs

  constructor(clock: Clock, timeoutMs: DurationMs) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  /** Makes a call; rejects when its time is up or the caller's `signal` aborts, also when the store heeds neither. */
  call<T>(name: StoreCall, signal: AbortSignal | undefined, make: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withDeadline({ clock: this.#clock, lengthMs: this.#timeoutMs, reason: () => this.#late(name), signal }, make)
  }

  #late(call: StoreCall): RotaError {
    const message = `the store did not answer to ${call} within ${this.#timeoutMs} ms; it is asked again`
    return new RotaError('CALL_TIMEOUT', message, { facts: { call, timeoutMs: this.#timeoutMs } })
  }
}
