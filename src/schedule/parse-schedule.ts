import { LAST_INSTANT } from './instants.js'
import { DST_RULES } from './dst-rule.js'
import { FORMS } from './forms.js'
import { scheduleInvalid } from './schedule-error.js'
import { textOfObject } from './schedule-object.js'
import type { ScheduleObject } from './schedule-object.js'
import { DIALECTS } from './schedule.js'
import type { Schedule, ScheduleOptions } from './schedule.js'
import type { Word } from './words.js'
import { findZone } from './zone.js'

/** The longest expression that is read; the length is looked at first, so that no text costs more than this. */
const LENGTH_MAX = 1000

/** EventBridge takes no blanks around its forms, so they are not cut off there. */
const EVENTBRIDGE_FORM = /^(?:cron|rate|at)\(/

/**
 * Reads a schedule. Throws `SCHEDULE_INVALID` that names the field, the place, what was expected and what was found; also for an
 * unknown zone and for a date that never comes.
 */
export function parseSchedule(given: string | ScheduleObject, options: ScheduleOptions = {}): Schedule {
  const { anchor = 0, dialect = 'auto', dst } = options
  if (!Number.isSafeInteger(anchor) || Math.abs(anchor) > LAST_INSTANT)
    throw new TypeError(`anchor must be an instant, expected whole milliseconds since 1970, got ${anchor}`)
  checkChoice('dialect', dialect, DIALECTS)
  if (dst !== undefined) checkChoice('dst', dst, DST_RULES)
  const isObject = typeof given === 'object' && given !== null
  const expression = isObject ? textOfObject(given) : checkText(given)
  const { zoneName, body } = splitZone(expression, options.timeZone ?? 'UTC')
  const zone = findZone(zoneName.text)
  if (zone === null) {
    const expected = 'an IANA name such as Europe/Amsterdam'
    throw scheduleInvalid(expression, { field: 'time zone', position: zoneName.at, expected, got: zoneName.text })
  }
  for (const form of FORMS[isObject ? 'auto' : dialect]) {
    const schedule = form({ expression, body, zone, anchor, dst })
    if (schedule !== null) return schedule
  }
  throw new Error(`the forms of ${dialect} leave ${expression} unread, expected the last of them to refuse it`)
}

function checkChoice(option: string, got: string, choices: readonly string[]): void {
  if (!choices.includes(got)) throw new TypeError(`${option}: expected ${choices.join(', ')}, got ${got}`)
}

function checkText(text: unknown): string {
  if (typeof text !== 'string') {
    const got = text === null ? 'null' : typeof text
    throw new TypeError(`schedule: expected text or what daily(), monthly() or interval() return, got ${got}`)
  }
  if (text.length > LENGTH_MAX) {
    const expected = `at most ${LENGTH_MAX} characters`
    throw scheduleInvalid(text, { field: 'expression', position: 0, expected, got: `${text.length} characters` })
  }
  const trimmed = text.trim()
  if (trimmed === text || !EVENTBRIDGE_FORM.test(trimmed)) return trimmed
  const position = text.startsWith(trimmed) ? trimmed.length : 0
  throw scheduleInvalid(text, {
    field: 'expression',
    position,
    expected: 'no blanks around it',
    got: text[position] ?? '',
  })
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
