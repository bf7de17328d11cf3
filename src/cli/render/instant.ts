import type { EpochMs } from '../../model/units.js'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** An instant for people: `17 Feb 22 17:40:37 UTC`. */
export function formatInstant(at: EpochMs): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return String(at)
  const day = pad(date.getUTCDate())
  const year = pad(date.getUTCFullYear() % 100)
  return `${day} ${MONTHS[date.getUTCMonth()] ?? ''} ${year} ${formatTimeOfDay(at)} UTC`
}

/** The time of day of an instant in UTC: `17:40:37`. */
export function formatTimeOfDay(at: EpochMs): string {
  const date = new Date(at)
  return [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(pad).join(':')
}

/** An instant for programs: `2022-02-17T17:40:37.001Z`; null stays null. */
export function isoInstant(at: EpochMs | null): string | null {
  if (at === null) return null
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

function pad(number: number): string {
  return String(number).padStart(2, '0')
}
