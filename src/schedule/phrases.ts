import type { DurationMs } from '../model/units.js'

const UNITS: readonly (readonly [string, DurationMs])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
  ['millisecond', 1],
]

/** `a, b and c`. */
export function listOf(words: readonly string[], last = 'and'): string {
  const [end = '', ...others] = [...words].reverse()
  return others.length === 0 ? end : `${others.reverse().join(', ')} ${last} ${end}`
}

/** `1st`, `22nd`, `13th`. */
export function ordinal(value: number): string {
  const isTeen = value % 100 >= 11 && value % 100 <= 13
  const ending = isTeen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th')
  return `${value}${ending}`
}

/** `1 hour 30 minutes`; `minute` for exactly one. */
export function formatLength(length: DurationMs): string {
  const words: string[] = []
  let rest = length
  for (const [unit, ms] of UNITS) {
    const count = Math.floor(rest / ms)
    rest -= count * ms
    if (count > 0) words.push(count === 1 ? `1 ${unit}` : `${count} ${unit}s`)
  }
  const [only = '', more] = words
  return more === undefined && only.startsWith('1 ') ? only.slice(2) : words.join(' ')
}

/** Values in a row of three or more become `a to c`; the others stay single. */
export function runsOf(values: readonly number[], name: (value: number) => string): string[] {
  const words: string[] = []
  for (let start = 0; start < values.length;) {
    let end = start
    while (values[end + 1] === (values[end] ?? NaN) + 1) end++
    const run = values.slice(start, end + 1)
    if (run.length >= 3) words.push(`${name(run[0] ?? NaN)} to ${name(run.at(-1) ?? NaN)}`)
    else words.push(...run.map(name))
    start = end + 1
  }
  return words
}

/** The step of values that are spread evenly from their first on, as far as `max` allows; null for all others. */
export function stepOf(values: readonly number[], max: number): number | null {
  const [first = 0, second = 0] = values
  const step = second - first
  const isEven = values.length >= 3 && values.every((value, index) => value === first + index * step)
  return isEven && (values.at(-1) ?? 0) + step > max ? step : null
}
