import type { BackoffPolicy } from '../model/policy.js'
import type { DurationMs } from '../model/units.js'
import { checkBackoff } from '../time/backoff.js'
import { fillOptions } from './fill-options.js'
import { refusal } from './refusal.js'

/** How a routine is repeated. */
export interface RepeatOptions {
  /**
   * What becomes of a tick that comes due while a run is under way. `'skip'`: nothing. `'queue-one'`: one run follows at once, however many
   * came due. `'allow'`: it runs beside the other, at most 100 at once.
   * @defaultValue `'skip'`
   */
  readonly overlap?: 'skip' | 'queue-one' | 'allow'
  /**
   * What becomes of a run that fails. `'stop'`: the repetition ends with its error. A function: it is told, and the repetition goes on at the
   * first tick after the back-off; what it throws itself ends the repetition.
   * @defaultValue `'stop'`
   */
  readonly onError?: 'stop' | RepeatErrorHandler
  /** Rest after failures in a row. @defaultValue exponential from 1 second to 1 minute */
  readonly backoff?: BackoffPolicy
  /** Whether the first run comes at once or with the first tick. @defaultValue at once for lengths of time, else with the first tick */
  readonly first?: 'at-once' | 'on-schedule'
}

/** Hears of a run that failed: how many in a row, and how long the repetition now rests at least. */
export type RepeatErrorHandler = (
  error: unknown,
  rest: { readonly failures: number; readonly delayMs: DurationMs },
) => void

/** A minute at most: what is repeated is soon wanted again. */
const BACKOFF_DEFAULT: BackoffPolicy = { type: 'exponential', base: '1 second', max: '1 minute' }

/** Checks options and fills in defaults; `startsNow` is what the schedule says about the first run. */
export function resolveRepeatOptions(options: RepeatOptions, startsNow: boolean): Required<RepeatOptions> {
  const filled = fillOptions(
    'repeat',
    options,
    { overlap: 'skip', onError: 'stop', backoff: BACKOFF_DEFAULT, first: startsNow ? 'at-once' : 'on-schedule' },
    { overlap: ['skip', 'queue-one', 'allow'], first: ['at-once', 'on-schedule'] },
  )
  const { backoff, onError } = filled
  if (onError !== 'stop' && typeof onError !== 'function')
    throw refusal('repeat: onError', 'stop or a function', onError)
  checkBackoff(backoff, 'repeat: backoff')
  return filled
}
