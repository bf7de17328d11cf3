import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { DurationMs } from '../model/units.js'
import { withDeadline } from './deadline.js'

/** Gives every call to a store a deadline, so that no loop waits for ever on a dead connection. */
export class TimedCaller {
  readonly #clock: Clock
  readonly #timeoutMs: DurationMs

  constructor(clock: Clock, timeoutMs: DurationMs) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  /**
   * Makes a call. Rejects with `CALL_TIMEOUT` when its time is up, in `withinMs` if that is sooner, and with the reason of `signal` when that
   * aborts, also when the store heeds neither.
   */
  call<T>(
    name: string,
    signal: AbortSignal | undefined,
    make: (signal: AbortSignal) => Promise<T>,
    withinMs: DurationMs = Infinity,
  ): Promise<T> {
    const lengthMs = Math.min(this.#timeoutMs, withinMs)
    return withDeadline({ clock: this.#clock, lengthMs, reason: () => timeoutOf(name, lengthMs), signal }, make)
  }
}

function timeoutOf(call: string, timeoutMs: DurationMs): RotaError {
  const message = `the store did not answer to ${call} within ${timeoutMs} ms; it is asked again`
  return new RotaError('CALL_TIMEOUT', message, { facts: { call, timeoutMs } })
}

/** True when the store left a call without an answer. */
export function isCallTimeout(error: unknown): boolean {
  return RotaError.is(error) && error.code === 'CALL_TIMEOUT'
}
