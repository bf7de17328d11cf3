import type { EpochMs } from '../model/units.js'

/** A schedule expression, read: a pure function from an instant to the next tick. */
export interface Schedule {
  /** The expression as it was given, without the blanks around it. */
  readonly expression: string
  /** The IANA zone whose wall clock it follows; `UTC` for expressions that count elapsed time. */
  readonly timeZone: string
  /** The first tick strictly later than `after`; null when there is none (before the year 10000). */
  next(after: EpochMs): EpochMs | null
  toString(): string
}

/** What an expression leaves open. */
export interface ScheduleOptions {
  /** IANA name such as `Europe/Amsterdam`; a `TZ=` in the expression counts more. @defaultValue `'UTC'` */
  readonly timeZone?: string
  /** The instant that `rate` and `every` count from, milliseconds since 1970. @defaultValue 0 */
  readonly anchor?: EpochMs
}
