import type { EpochMs } from '../model/units.js'

/** The largest instant that a `Date` can hold (ECMA-262, "Time Values and Time Range"). */
const INSTANT_MAX: EpochMs = 8_640_000_000_000_000

/** The instant that a caller gave, in whole milliseconds; a `TypeError` for what is none. */
export function toInstant(given: Date | EpochMs, what: string): EpochMs {
  const ms: unknown = given instanceof Date ? given.getTime() : given
  if (typeof ms === 'number' && ms >= 0 && ms <= INSTANT_MAX) return Math.ceil(ms)
  throw new TypeError(`${what}: expected a Date or milliseconds since 1970, got ${show(given)}`)
}

/** The `Date` of an instant on record; null stays null. */
export function toDate(at: EpochMs): Date
export function toDate(at: EpochMs | null): Date | null
export function toDate(at: EpochMs | null): Date | null {
  return at === null ? null : new Date(at)
}

function show(given: unknown): string {
  if (given instanceof Date) return Number.isNaN(given.getTime()) ? 'an invalid Date' : given.toISOString()
  return typeof given === 'number' ? String(given) : given === null ? 'null' : typeof given
}
