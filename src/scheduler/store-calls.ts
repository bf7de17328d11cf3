import { withDeadline } from '../async/deadline.js'
import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { DurationMs } from '../model/units.js'

/** Gives every call to the store a deadline, so that no loop waits for ever on a dead connection. */
export class StoreCalls {
  readonly #clock: Clock
  readonly #timeoutMs: DurationMs

  constructor(clock: Clock, timeoutMs: DurationMs) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  /** Makes a call; rejects with `CALL_TIMEOUT` when its time is up, in `withinMs` if that is sooner. */
  make<T>(
    what: string,
    signal: AbortSignal | undefined,
    call: (signal: AbortSignal) => Promise<T>,
    withinMs: DurationMs = Infinity,
  ): Promise<T> {
    const lengthMs = Math.min(this.#timeoutMs, withinMs)
    const reason = (): RotaError => {
      const message = `the store did not answer to ${what} within ${lengthMs} ms; it is asked again`
      return new RotaError('CALL_TIMEOUT', message, { facts: { call: what, timeoutMs: lengthMs } })
    }
    return withDeadline({ clock: this.#clock, lengthMs, reason, signal }, call)
  }
}

/** True when the store left a call without an answer. */
export function isTimeout(error: unknown): boolean {
  return RotaError.is(error) && error.code === 'CALL_TIMEOUT'
}
