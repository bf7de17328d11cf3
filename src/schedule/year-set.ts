/** Years from `first` to `last` in steps. */
export interface YearRange {
  readonly first: number
  readonly last: number
  readonly step: number
}

/** A set of years, kept as the ranges that were written. */
export class YearSet {
  readonly ranges: readonly YearRange[]

  constructor(ranges: readonly YearRange[]) {
    this.ranges = ranges
  }

  has(year: number): boolean {
    return this.ranges.some(({ first, last, step }) => year >= first && year <= last && (year - first) % step === 0)
  }

  /** The first year that is `from` or later; -1 when there is none. */
  next(from: number): number {
    let found = -1
    for (const { first, last, step } of this.ranges) {
      const year = first + Math.max(0, Math.ceil((from - first) / step)) * step
      if (year <= last && (found < 0 || year < found)) found = year
    }
    return found
  }

  /** The last year that is `from` or earlier; -1 when there is none. */
  previous(from: number): number {
    let found = -1
    for (const { first, last, step } of this.ranges) {
      const year = first + Math.floor((Math.min(from, last) - first) / step) * step
      if (year >= first && year > found) found = year
    }
    return found
  }
}
