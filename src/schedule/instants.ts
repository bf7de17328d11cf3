import type { EpochMs } from '../model/units.js'

/** 0001-01-01 to 9999-12-31, UTC: what every store and every printer of dates can hold. */
export const FIRST_INSTANT: EpochMs = -62_135_596_800_000
export const LAST_INSTANT: EpochMs = 253_402_300_799_999

/** An instant that was asked for; infinities are earlier or later than every tick. */
export function checkInstant(name: string, instant: EpochMs): void {
  if (typeof instant === 'number' && !Number.isNaN(instant)) return
  throw new TypeError(`${name} must be an instant, expected milliseconds since 1970, got ${String(instant)}`)
}
