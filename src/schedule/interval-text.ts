import { parseDurationText, parseGoDuration } from '../model/duration-text.js'
import type { DurationMs } from '../model/units.js'
import { scheduleInvalid } from './schedule-error.js'
import type { Word } from './words.js'

/** The shortest interval: below it a tick would still be under way when the next is due. */
export const INTERVAL_MS_MIN = 1000

/** 100 years, as for every duration. */
export const INTERVAL_MS_MAX = 3_155_760_000_000

const RATE_UNITS: ReadonlyMap<string, DurationMs> = new Map([
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
])

/** Reads `@every 1h30m` (Go's durations, as in robfig/cron); null for other forms. */
export function parseGoEvery(expression: string, body: Word): DurationMs | null {
  const word = wordAfter(/^@every[ \t]+/, body)
  if (word === null) return null
  const length = parseGoDuration(word.text)
  // robfig/cron cuts fractions of a second off in silence; here they are refused.
  if (length === null || length % 1000 !== 0)
    throw refuse(expression, word, 'whole seconds as a Go duration such as 1h30m')
  return inRange(expression, word, length)
}

/** Reads `every 10 minutes`, `every 90s`; null for other forms. */
export function parseEvery(expression: string, body: Word): DurationMs | null {
  const word = wordAfter(/^every[ \t]+/i, body)
  if (word === null) return null
  const length = parseDurationText(word.text)
  if (length === null || !Number.isInteger(length))
    throw refuse(expression, word, 'a duration such as 10 minutes, 90s or 1h30m')
  return inRange(expression, word, length)
}

/** Reads `rate(5 minutes)` as EventBridge does; null for other forms. */
export function parseRate(expression: string, body: Word): DurationMs | null {
  if (!body.text.startsWith('rate')) return null
  const match = /^rate\((.*)\)$/.exec(body.text)
  const length = match === null ? null : rateLength(match[1] ?? '')
  if (length === null) throw refuse(expression, body, 'rate(1 minute), rate(5 minutes), or the same with hour or day')
  return inRange(expression, body, length)
}

/** Reads a bare `5 minutes`, the same as `rate(5 minutes)`; null for other forms. */
export function parseBareRate(expression: string, body: Word): DurationMs | null {
  if (!/^\d+ +[a-z]+$/i.test(body.text)) return null
  const length = rateLength(body.text)
  if (length === null)
    throw refuse(
      expression,
      body,
      `1 minute, 5 minutes, or the same with hour or day; for other lengths "every ${body.text}"`,
    )
  return inRange(expression, body, length)
}

/** One blank, small letters, the singular for 1 and only for 1. */
function rateLength(text: string): DurationMs | null {
  const match = /^(\d{1,10}) (minute|hour|day)(s?)$/.exec(text)
  const count = Number(match?.[1])
  const unit = RATE_UNITS.get(match?.[2] ?? '')
  return unit === undefined || count === 0 || (count === 1) !== (match?.[3] === '') ? null : count * unit
}

function wordAfter(prefix: RegExp, body: Word): Word | null {
  const match = prefix.exec(body.text)
  return match === null ? null : { text: body.text.slice(match[0].length), at: body.at + match[0].length }
}

function inRange(expression: string, word: Word, length: DurationMs): DurationMs {
  if (length < INTERVAL_MS_MIN || length > INTERVAL_MS_MAX)
    throw refuse(expression, word, 'an interval of 1 second to 100 years')
  return length
}

function refuse(expression: string, word: Word, expected: string): Error {
  return scheduleInvalid(expression, { field: 'interval', position: word.at, expected, got: word.text })
}
