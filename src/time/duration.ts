import { parseDurationText, WORD_UNITS } from '../model/duration-text.js'
import type { DurationInput } from '../model/policy.js'
import { DAY, HOUR, MINUTE, SECOND, type DurationMs } from '../model/units.js'

/** 100 years: every instant from now to now plus this is a legal date in every store. */
const DURATION_MS_MAX: DurationMs = 3_155_760_000_000

const PARTS: ReadonlyMap<string, DurationMs> = new Map([...WORD_UNITS].map(([word, ms]) => [`${word}s`, ms]))

/** What a duration may be; both ends are included. */
export interface DurationRange {
  /** @defaultValue 0 */
  readonly minMs?: DurationMs
  /** @defaultValue 100 years */
  readonly maxMs?: DurationMs
}

/**
 * Reads a duration that somebody gave: milliseconds, `'2 minutes'`, `'30s'`, `'1h30m'`, `'7d'`, or `{ minutes: 2 }`.
 * Whole milliseconds, rounded; a length above zero never becomes zero.
 * Throws a `TypeError` that begins with `what` for anything else and for a length out of range.
 */
export function parseDuration(input: DurationInput, what: string, range: DurationRange = {}): DurationMs {
  const { minMs = 0, maxMs = DURATION_MS_MAX } = range
  const exact = readInput(input)
  if (exact === null) {
    const expected = 'expected milliseconds, text such as "2 minutes" or "1h30m", or parts such as { minutes: 2 }'
    throw new TypeError(`${what} must be a duration, ${expected}, got ${shown(input)}`)
  }
  const length = exact > 0 ? Math.max(1, Math.round(exact)) : exact
  if (!(length >= minMs && length <= maxMs)) {
    throw new TypeError(
      `${what} must be a duration of ${formatDuration(minMs)} to ${formatDuration(maxMs)}, got ${shown(input)}`,
    )
  }
  return length
}

function readInput(input: unknown): number | null {
  if (typeof input === 'number') return Number.isNaN(input) ? null : input
  if (typeof input === 'string') return parseDurationText(input.trim())
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return sumOfParts(input)
  return null
}

function sumOfParts(parts: object): number | null {
  const entries = Object.entries(parts).filter(([, value]) => value !== undefined)
  let sum = 0
  for (const [name, value] of entries as [string, unknown][]) {
    const unit = PARTS.get(name)
    if (unit === undefined || typeof value !== 'number' || !Number.isFinite(value)) return null
    sum += value * unit
  }
  return entries.length === 0 ? null : sum
}

/** A value as it was given, short enough for a message. */
export function shown(value: unknown): string {
  if (typeof value === 'number' || value === undefined) return String(value)
  if (typeof value === 'function' || typeof value === 'bigint' || typeof value === 'symbol') return typeof value
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** A length for people, in its two largest units: `'1.2s'`, `'3m'`, `'1h30m'`, `'2d4h'`. */
export function formatDuration(length: DurationMs): string {
  if (length < 0) return `-${formatDuration(-length)}`
  if (!Number.isFinite(length)) return 'forever'
  const ms = Math.round(length)
  if (ms < SECOND) return `${ms}ms`
  if (ms < MINUTE) return `${Math.floor(ms / 100) / 10}s`
  if (ms < HOUR) return pair(ms, MINUTE, 'm', SECOND, 's')
  return ms < DAY ? pair(ms, HOUR, 'h', MINUTE, 'm') : pair(ms, DAY, 'd', HOUR, 'h')
}

function pair(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small)
  return `${Math.floor(ms / large)}${largeName}${rest === 0 ? '' : `${rest}${smallName}`}`
}

/** A length exactly as Go's `Duration.String` prints it: `'12h0m0s'`, `'1m30s'`, `'1.5s'`, `'250ms'`, `'0s'`. Whole milliseconds. */
export function formatGoDuration(length: DurationMs): string {
  if (length < 0) return `-${formatGoDuration(-length)}`
  const ms = Math.round(length)
  if (ms > 0 && ms < SECOND) return `${ms}ms`
  const seconds = `${(ms % MINUTE) / SECOND}s`
  if (ms < MINUTE) return seconds
  const minutes = `${Math.floor((ms % HOUR) / MINUTE)}m${seconds}`
  return ms < HOUR ? minutes : `${Math.floor(ms / HOUR)}h${minutes}`
}
