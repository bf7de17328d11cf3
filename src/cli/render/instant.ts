import type { DurationMs, EpochMs } from '../../model/units.js'

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** An instant for people: `17 Feb 22 17:40:37 UTC`. */
export function formatInstant(at: EpochMs): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? String(at) : `${formatDate(date)} ${formatTimeOfDay(at)} UTC`
}

/** The same on a wall clock that is so far ahead of UTC: `Thu 17 Feb 22 18:40:37 +01:00`. */
export function formatOnWall(at: EpochMs, offset: DurationMs): string {
  const date = new Date(at + offset)
  const minutes = Math.abs(offset) / 60_000
  const ahead = `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(Math.floor(minutes % 60))}`
  return `${DAYS[date.getUTCDay()] ?? ''} ${formatDate(date)} ${formatTimeOfDay(at + offset)} ${ahead}`
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

function formatDate(date: Date): string {
  return `${pad(date.getUTCDate())} ${MONTHS[date.getUTCMonth()] ?? ''} ${pad(date.getUTCFullYear() % 100)}`
}

function pad(number: number): string {
  return String(number).padStart(2, '0')
}
