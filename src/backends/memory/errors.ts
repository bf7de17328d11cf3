import { RotaError } from '../../model/errors.js'
import type { ErrorClass } from '../../port/capabilities.js'

/** A call on a handle that was closed. */
export function closedError(): RotaError {
  return new RotaError('BACKEND_CLOSED', 'the memory store was closed; make no calls after close()')
}

/** Nothing foreign can fail in memory: only our own refusals are left to sort. */
export function classify(error: unknown): ErrorClass {
  return error instanceof TypeError || RotaError.is(error) ? 'mistake' : 'unknown'
}
