/** A date that depends on the length of the month or on its weekdays. */
export type SpecialDate =
  /** `L`, `L-3`: so many days before the last; `LW`, `L-3W`: the weekday nearest to that. */
  | { readonly kind: 'last'; readonly before: number; readonly nearest: boolean }
  /** `15W`: the weekday (Monday to Friday) nearest to a date, within the month; none where the month has no such date. */
  | { readonly kind: 'nearest'; readonly day: number }
  /** A date, or the last one of a month that is too short for it. */
  | { readonly kind: 'at-most'; readonly day: number }

/** A weekday in one week of the month; 0 is Sunday. */
export type SpecialWeekday =
  /** `5L`: the last Friday. */
  | { readonly kind: 'last'; readonly weekday: number }
  /** `5#2`: the second Friday; none where the month has fewer. */
  | { readonly kind: 'nth'; readonly weekday: number; readonly nth: number }

/** A month as the days need it: how long it is, and on which weekday it begins. */
export interface MonthShape {
  readonly length: number
  /** 0 is Sunday. */
  readonly first: number
}

/** The day of the month, 1 to 31; 0 when this month has none. */
export function dayOfSpecialDate(date: SpecialDate, month: MonthShape): number {
  if (date.kind === 'at-most') return Math.min(date.day, month.length)
  if (date.kind === 'nearest') return date.day > month.length ? 0 : nearestWeekday(date.day, month)
  const day = month.length - date.before
  if (day < 1) return 0
  return date.nearest ? nearestWeekday(day, month) : day
}

/** The day of the month, 1 to 31; 0 when this month has none. */
export function dayOfSpecialWeekday(special: SpecialWeekday, { length, first }: MonthShape): number {
  const earliest = 1 + ((special.weekday - first + 7) % 7)
  const day =
    special.kind === 'last' ? earliest + 7 * Math.floor((length - earliest) / 7) : earliest + 7 * (special.nth - 1)
  return day > length ? 0 : day
}

/** Saturday moves to Friday and Sunday to Monday, but never into another month. */
function nearestWeekday(day: number, { length, first }: MonthShape): number {
  const weekday = (first + day - 1) % 7
  if (weekday === 6) return day > 1 ? day - 1 : day + 2
  if (weekday === 0) return day < length ? day + 1 : day - 2
  return day
}
