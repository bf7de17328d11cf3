import type { CronFields } from './cron-fields.js'
import { EVENTBRIDGE_RULES, QUARTZ_RULES } from './cron-rules.js'
import type { CronRules } from './cron-rules.js'
import { readFields } from './read-fields.js'
import type { FieldWords } from './read-fields.js'
import { scheduleInvalid } from './schedule-error.js'
import { splitWords } from './words.js'
import type { Word } from './words.js'

const QUARTZ_FIELDS = 'six or seven fields (second, minute, hour, day of month, month, day of week, year)'
const EVENTBRIDGE_FIELDS = 'cron(minute hour day-of-month month day-of-week year)'

/** Reads six fields beginning with the second, or seven that end with the year, as Quartz does. */
export function parseQuartz(expression: string, body: Word): CronFields {
  const words = splitWords(body.text, body.at)
  const [second, minute, hour, day, month, weekday, year, tooMuch] = words
  if (tooMuch !== undefined) throw refuseCount(expression, tooMuch.at, QUARTZ_FIELDS, tooMuch.text)
  if (
    second === undefined ||
    minute === undefined ||
    hour === undefined ||
    day === undefined ||
    month === undefined ||
    weekday === undefined
  ) {
    throw refuseCount(expression, body.at + body.text.length, QUARTZ_FIELDS, '')
  }
  return read(expression, { second, minute, hour, day, month, weekday, year: year ?? null }, QUARTZ_RULES)
}

/** Reads `cron(0 8 ? * MON-FRI *)` as EventBridge does; null for other forms. */
export function parseEventBridgeCron(expression: string, body: Word): CronFields | null {
  if (!body.text.startsWith('cron(')) return null
  if (!body.text.endsWith(')'))
    throw refuseCount(expression, body.at + body.text.length, `${EVENTBRIDGE_FIELDS} up to the closing parenthesis`, '')
  const words = splitWords(body.text.slice(5, -1), body.at + 5)
  const [minute, hour, day, month, weekday, year, tooMuch] = words
  if (tooMuch !== undefined) throw refuseCount(expression, tooMuch.at, EVENTBRIDGE_FIELDS, tooMuch.text)
  if (
    minute === undefined ||
    hour === undefined ||
    day === undefined ||
    month === undefined ||
    weekday === undefined ||
    year === undefined
  ) {
    throw refuseCount(expression, body.at + body.text.length - 1, EVENTBRIDGE_FIELDS, '')
  }
  return read(expression, { second: null, minute, hour, day, month, weekday, year }, EVENTBRIDGE_RULES)
}

function read(expression: string, words: FieldWords, rules: CronRules): CronFields {
  const { day, weekday } = words
  const isDayOpen = day.text === '?'
  if (isDayOpen === (weekday.text === '?')) {
    const got = `${day.text} and ${weekday.text}`
    throw scheduleInvalid(expression, {
      ...{ field: rules.weekday.name, position: weekday.at, got },
      expected: 'a ? in one of the two day fields, day of month and day of week',
    })
  }
  // The field with the ? holds every day, so that both together are the other one.
  return readFields(expression, words, rules, {
    bothDays: true,
    wild: words.minute.text.startsWith('*') || words.hour.text.startsWith('*'),
  })
}

function refuseCount(expression: string, position: number, expected: string, got: string): Error {
  return scheduleInvalid(expression, { field: 'expression', position, expected, got })
}
