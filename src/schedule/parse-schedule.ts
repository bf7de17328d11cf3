import { CronSchedule } from './cron-schedule.js'
import { IntervalSchedule } from './interval-schedule.js'
import { parseEvery, parseGoEvery, parseRate } from './interval-text.js'
import { scheduleInvalid } from './schedule-error.js'
import type { Schedule, ScheduleOptions } from './schedule.js'
import { parseUnixCron } from './unix-cron.js'
import type { Word } from './words.js'
import { findZone } from './zone.js'

/** The longest expression that is read; the length is looked at first, so that no text costs more than this. */
const LENGTH_MAX = 1000

/**
 * Reads a schedule expression. Throws `SCHEDULE_INVALID` that names the field, the place, what was expected and what was found;
 * also for an unknown zone and for a date that never comes.
 *
 * | form | example | ticks |
 * |------|---------|-------|
 * | cron, five fields | `0 8 1 * mon-fri` | on the wall clock of the zone, by Vixie's rules |
 * | short cut | `@daily`, `@hourly` ... | as the five fields that it stands for |
 * | zone before either | `TZ=Europe/Amsterdam 0 8 * * *` | the same, in that zone |
 * | Go interval | `@every 1h30m` | elapsed time from the anchor, whole seconds |
 * | interval | `every 10 minutes`, `every 90s` | elapsed time from the anchor |
 * | rate | `rate(5 minutes)` | elapsed time from the anchor |
 */
export function parseSchedule(text: string, options: ScheduleOptions = {}): Schedule {
  if (typeof text !== 'string') throw new TypeError(`schedule must be an expression, expected text, got ${typeof text}`)
  const { anchor = 0 } = options
  if (!Number.isSafeInteger(anchor))
    throw new TypeError(`anchor must be an instant, expected whole milliseconds since 1970, got ${anchor}`)
  const expression = text.length > LENGTH_MAX ? text : text.trim()
  if (expression.length > LENGTH_MAX) {
    const expected = `at most ${LENGTH_MAX} characters`
    throw scheduleInvalid(expression, { field: 'expression', position: 0, expected, got: `${text.length} characters` })
  }
  const { zoneName, body } = splitZone(expression, options.timeZone ?? 'UTC')
  const zone = findZone(zoneName.text)
  if (zone === null) {
    throw scheduleInvalid(expression, {
      field: 'time zone',
      position: zoneName.at,
      expected: 'an IANA name such as Europe/Amsterdam',
      got: zoneName.text,
    })
  }
  const everyMs = parseGoEvery(expression, body) ?? parseEvery(expression, body) ?? parseRate(expression, body)
  if (everyMs !== null) return new IntervalSchedule(expression, everyMs, anchor)
  return new CronSchedule(expression, parseUnixCron(expression, body), zone)
}

/** `TZ=` and `CRON_TZ=` as in robfig/cron. */
function splitZone(expression: string, standard: string): { zoneName: Word; body: Word } {
  const match = /^(?:CRON_)?TZ=([^ \t]*)[ \t]*/.exec(expression)
  if (match === null) return { zoneName: { text: standard, at: 0 }, body: { text: expression, at: 0 } }
  const [prefix, name = ''] = match
  return {
    zoneName: { text: name, at: expression.indexOf('=') + 1 },
    body: { text: expression.slice(prefix.length), at: prefix.length },
  }
}
