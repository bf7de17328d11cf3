import { RotaError } from '../model/errors.js'
import type { DurationMs } from '../model/units.js'
import { formatDuration } from '../time/duration.js'

/** The error of a routine that took too long; `what` it did or did not do reads on with the length. */
export function overdue(routine: string, what: string, limitMs: DurationMs): RotaError {
  return new RotaError('TIMEOUT', `${routine || 'the routine'} ${what} ${formatDuration(limitMs)}`, {
    facts: { routine, limitMs },
  })
}
