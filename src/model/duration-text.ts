import { DAY, HOUR, MINUTE, SECOND, type DurationMs } from './units.js'

/** Longer texts are refused unread: the longest sensible duration has far fewer characters. */
const TEXT_LENGTH_MAX = 100

/** The units of Go's `time.ParseDuration`, both micro signs included. */
const GO_UNITS: ReadonlyMap<string, DurationMs> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['\u00b5s', 1e-3],
  ['\u03bcs', 1e-3],
  ['ms', 1],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
])

const SHORT_UNITS: ReadonlyMap<string, DurationMs> = new Map([...GO_UNITS, ['d', DAY], ['w', 7 * DAY]])

/** The units as words, in the singular. */
export const WORD_UNITS: ReadonlyMap<string, DurationMs> = new Map([
  ['millisecond', 1],
  ['second', SECOND],
  ['minute', MINUTE],
  ['hour', HOUR],
  ['day', DAY],
  ['week', 7 * DAY],
])

/**
 * Reads a duration as Go's `time.ParseDuration` does: `'1h30m'`, `'1.5s'`, `'300ms'`, `'0'`; no blanks, no days, and no sign here.
 * Milliseconds, possibly with a fraction; null for anything else.
 */
export function parseGoDuration(text: string): DurationMs | null {
  return text === '0' ? 0 : sumOfParts(text, /(\d+\.?\d*|\.\d+)([a-z\u00b5\u03bc]+)/y, (unit) => GO_UNITS.get(unit))
}

/**
 * Reads a duration as people write it: what Go reads, the same with `d` and `w`, or words such as `'2 minutes'` and `'1 hour 30 minutes'`.
 * Milliseconds, possibly with a fraction; null for anything else.
 */
export function parseDurationText(text: string): DurationMs | null {
  if (text === '0') return 0
  const short = sumOfParts(text, /(\d+\.?\d*|\.\d+)([a-z\u00b5\u03bc]+)/y, (unit) => SHORT_UNITS.get(unit))
  return short ?? sumOfParts(text, /(?:^| +)(\d+\.?\d*|\.\d+) +([a-z]+)/y, wordUnit)
}

function wordUnit(word: string): DurationMs | undefined {
  return WORD_UNITS.get(word.endsWith('s') ? word.slice(0, -1) : word) ?? (word === 'ms' ? 1 : undefined)
}

/** Adds up what the sticky `part` finds from end to end; null when something else lies between. */
function sumOfParts(text: string, part: RegExp, unitMs: (unit: string) => DurationMs | undefined): DurationMs | null {
  if (text === '' || text.length > TEXT_LENGTH_MAX) return null
  let sum = 0
  while (part.lastIndex < text.length) {
    const match = part.exec(text)
    const unit = match?.[2] === undefined ? undefined : unitMs(match[2])
    if (match === null || unit === undefined) return null
    sum += Number(match[1]) * unit
  }
  return sum
}
