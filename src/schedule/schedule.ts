import type { EpochMs } from '../model/units.js'
import type { DstRule } from './dst-rule.js'

/** Schedule, read, in instants as the rest of rota counts them; `DatedSchedule` is the same with `Date`s, for users. */
export interface Schedule {
  /** The expression as it was given, without the blanks around it; of an object, the text that says the same. */
  readonly expression: string
  /** The zone whose wall clock it follows; `UTC` for expressions that count elapsed time. */
  readonly timeZone: string
  /** The first tick strictly later than `after`; null when there is none (before the year 10000). */
  next(after: EpochMs): EpochMs | null
  /** The last tick strictly earlier than `before`; null when there is none (since the year 1). */
  previous(before: EpochMs): EpochMs | null
  /** What it does, in plain English. */
  describe(): string
  toString(): string
}

/** How an expression is written: `'auto'` tells the dialects apart by their form. */
export type Dialect = 'auto' | 'cron' | 'quartz' | 'eventbridge' | 'robfig'

export const DIALECTS: readonly Dialect[] = ['auto', 'cron', 'quartz', 'eventbridge', 'robfig']

/** What an expression leaves open. */
export interface ScheduleOptions {
  /** IANA name such as `Europe/Amsterdam`; a zone in the expression counts more. @defaultValue `'UTC'` */
  readonly timeZone?: string
  /** The instant that `rate`, `every` and `interval` count from, milliseconds since 1970. @defaultValue 0 */
  readonly anchor?: EpochMs
  /** @defaultValue `'auto'` */
  readonly dialect?: Dialect
  /** What a change of the clock does. @defaultValue `'skip-once'` for Quartz and EventBridge, `'vixie'` for all else */
  readonly dst?: DstRule
}
