import { RotaError, type RotaErrorCode } from '../model/errors.js'
import type { Backend } from '../port/backend.js'

const TRANSIENT_CODES: ReadonlySet<RotaErrorCode> = new Set(['BACKEND_UNAVAILABLE', 'BUSY', 'CALL_TIMEOUT'])

/** True when the same call may work soon. */
export function isTransient(backend: Backend<never>, error: unknown): boolean {
  if (RotaError.is(error) && TRANSIENT_CODES.has(error.code)) return true
  return backend.classify(error) === 'transient'
}
