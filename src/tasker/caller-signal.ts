import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { Caller } from './task-handler.js'

/** A handler hears so long before its function is stopped, as in Awsless: time to write down how far it is. */
const NOTICE_MS = 1000

/** A signal for one call, and what lets go of everything behind it. */
export interface CallSignal {
  readonly signal: AbortSignal
  readonly release: () => void
}

/** The signal of a call: aborts with the caller's, and a second before a caller that counts down is out of time. */
export function callSignal(caller: Caller, clock: Clock): CallSignal {
  const leftMs = caller.getRemainingTimeInMillis?.()
  if (leftMs === undefined) return { signal: caller.signal ?? new AbortController().signal, release: () => undefined }
  const countdown = new AbortController()
  const timer = clock.setTimer(clock.now() + Math.max(leftMs - NOTICE_MS, 0), () => {
    countdown.abort(new RotaError('TIMEOUT', `the time of this call is over in ${Math.min(leftMs, NOTICE_MS)} ms`))
  })
  timer.unref()
  const signals = caller.signal === undefined ? [countdown.signal] : [caller.signal, countdown.signal]
  return { signal: AbortSignal.any(signals), release: () => timer.cancel() }
}
