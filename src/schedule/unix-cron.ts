import type { FieldRule } from './cron-field.js'
import type { CronFields } from './cron-fields.js'
import { CRON_RULES, ROBFIG_RULES } from './cron-rules.js'
import { readFields } from './read-fields.js'
import type { FieldWords } from './read-fields.js'
import { scheduleInvalid } from './schedule-error.js'
import { splitWords } from './words.js'
import type { Word } from './words.js'

const FIELDS: readonly FieldRule[] = [
  CRON_RULES.minute,
  CRON_RULES.hour,
  CRON_RULES.day,
  CRON_RULES.month,
  CRON_RULES.weekday,
]

/** The short cuts of every cron since Vixie's, without `@reboot`, which names no time. */
const SHORTCUTS: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
])

const FIVE = 'five fields (minute, hour, day of month, month, day of week)'

/** Reads five fields (minute, hour, day of month, month, day of week), or six with the second first. `body` is what follows a zone. */
export function parseUnixCron(expression: string, body: Word): CronFields {
  const words = splitWords(body.text, body.at)
  const hasSecond = words.length === 6
  const fields = fieldWords(expression, body, words, hasSecond, `${FIVE}, or six with the second first`)
  return readFields(expression, fields, CRON_RULES, {
    // Vixie's rule looks at the first character only: a star with a step counts as a star, `1-31` does not.
    bothDays: /^[*?]/.test(fields.day.text) || /^[*?]/.test(fields.weekday.text),
    wild: fields.minute.text.startsWith('*') || fields.hour.text.startsWith('*'),
  })
}

/** Reads five fields as the standard parser of robfig/cron does. */
export function parseRobfigCron(expression: string, body: Word): CronFields {
  const fields = fieldWords(expression, body, splitWords(body.text, body.at), false, FIVE)
  return readFields(expression, fields, ROBFIG_RULES, {
    bothDays: hasPlainStar(fields.day) || hasPlainStar(fields.weekday),
    wild: /^[*?]/.test(fields.minute.text) || /^[*?]/.test(fields.hour.text),
  })
}

/** Reads `@daily` and its like; null for what does not begin with `@`. */
export function parseShortcut(expression: string, body: Word): CronFields | null {
  if (!body.text.startsWith('@')) return null
  const fields = SHORTCUTS.get(body.text.toLowerCase())
  if (fields !== undefined) return parseUnixCron(fields, { text: fields, at: 0 })
  const expected = `one of ${[...SHORTCUTS.keys()].join(', ')}, or @every with a duration`
  throw scheduleInvalid(expression, { field: 'short cut', position: body.at, expected, got: body.text })
}

/** In robfig/cron a star with a step is no star, and one item of a list is enough. */
function hasPlainStar(field: Word): boolean {
  return field.text.split(',').some((item) => /^[*?](\/0*1)?$/.test(item))
}

function fieldWords(
  expression: string,
  body: Word,
  words: readonly Word[],
  hasSecond: boolean,
  expected: string,
): FieldWords {
  const first = hasSecond ? 1 : 0
  const [minute, hour, day, month, weekday] = [
    words[first],
    words[first + 1],
    words[first + 2],
    words[first + 3],
    words[first + 4],
  ]
  if (minute === undefined || hour === undefined || day === undefined || month === undefined || weekday === undefined) {
    const field = FIELDS[words.length]?.name ?? CRON_RULES.minute.name
    throw scheduleInvalid(expression, { field, position: body.at + body.text.length, expected, got: '' })
  }
  const tooMuch = words[first + 5]
  if (tooMuch !== undefined) {
    const got = body.text.slice(tooMuch.at - body.at)
    throw scheduleInvalid(expression, { field: CRON_RULES.weekday.name, position: tooMuch.at, expected, got })
  }
  return { second: hasSecond ? (words[0] ?? null) : null, minute, hour, day, month, weekday, year: null }
}
