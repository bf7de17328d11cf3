import type { DurationMs } from '../model/units.js'
import type { CronFields } from './cron-fields.js'
import type { ZoneChange } from './zone.js'

/**
 * What becomes of a wall-clock time that a change of the clock swallows or repeats.
 *
 * | rule | swallowed by a gap | repeated by an overlap | not so for |
 * |------|--------------------|------------------------|------------|
 * | `vixie` | fires once, as the gap ends | fires the first time | minute or hour begins with a star, changes of more than 3 hours: as `wall` |
 * | `skip-once` | does not fire | fires the first time | all 24 hours in the hour field: as `wall` |
 * | `shift-once` | fires later by the length of the gap | fires the first time | all 24 hours in the hour field: as `wall` |
 * | `wall` | does not fire | fires both times | |
 */
export type DstRule = 'vixie' | 'skip-once' | 'wall' | 'shift-once'

export const DST_RULES: readonly DstRule[] = ['vixie', 'skip-once', 'wall', 'shift-once']

/** A rule as one schedule needs it. */
export interface ChangeRule {
  readonly gap: 'skip' | 'end' | 'shift'
  readonly overlap: 'first' | 'both'
  /** Larger changes are skipped and repeated as the clock shows it. */
  readonly changeMsMax: DurationMs
}

/** A tick is whenever the clock shows a matching time. */
export const REAL_TIME: ChangeRule = { gap: 'skip', overlap: 'both', changeMsMax: 0 }

/**
 * Changes up to here are daylight saving; larger ones (a zone that crosses the date line) are corrections of the clock, which every
 * schedule follows. Three hours, as in Vixie's cron.
 */
const VIXIE: ChangeRule = { gap: 'end', overlap: 'first', changeMsMax: 3 * 3_600_000 }

const SKIP_ONCE: ChangeRule = { gap: 'skip', overlap: 'first', changeMsMax: Infinity }

const SHIFT_ONCE: ChangeRule = { gap: 'shift', overlap: 'first', changeMsMax: Infinity }

const EVERY_HOUR = 0xff_ffff

/** The rule of that name, for these fields. */
export function changeRule(name: DstRule, fields: CronFields): ChangeRule {
  if (name === 'wall') return REAL_TIME
  if (name === 'vixie') return fields.wild ? REAL_TIME : VIXIE
  if (fields.hours.bits === EVERY_HOUR) return REAL_TIME
  return name === 'skip-once' ? SKIP_ONCE : SHIFT_ONCE
}

/** The rule for one change of the clock. */
export function ruleAt(rule: ChangeRule, change: ZoneChange): ChangeRule {
  return Math.abs(change.after - change.before) <= rule.changeMsMax ? rule : REAL_TIME
}
