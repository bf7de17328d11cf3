import { readFileSync } from 'node:fs'
import { csvParse } from 'd3-dsv'

/** One day at Seattle-Tacoma airport. */
export interface Day {
  readonly date: string
  readonly rainMm: number
  readonly highC: number
  readonly lowC: number
  readonly windMs: number
}

let months: ReadonlyMap<string, readonly Day[]> | undefined

/** The days of a month such as `2012-01`. */
export function daysOf(month: string): readonly Day[] {
  const days = allMonths().get(month)
  if (days === undefined) throw new Error(`no weather on record for ${month}`)
  return days
}

/** The month after `month`, or null behind the last one on record. */
export function monthAfter(month: string): string | null {
  const names = [...allMonths().keys()]
  return names[names.indexOf(month) + 1] ?? null
}

/** Every month on record, the earliest first. */
export function monthNames(): readonly string[] {
  return [...allMonths().keys()]
}

function allMonths(): ReadonlyMap<string, readonly Day[]> {
  months ??= read()
  return months
}

function read(): ReadonlyMap<string, readonly Day[]> {
  // The package exports its code only; the files lie beside it.
  const file = new URL('../data/seattle-weather.csv', import.meta.resolve('vega-datasets'))
  const rows = csvParse(readFileSync(file, 'utf8'))
  const found = new Map<string, Day[]>()
  for (const row of rows) {
    const date = row['date'] ?? ''
    const month = date.slice(0, 7)
    const days = found.get(month) ?? []
    found.set(month, days)
    days.push({
      date,
      rainMm: Number(row['precipitation']),
      highC: Number(row['temp_max']),
      lowC: Number(row['temp_min']),
      windMs: Number(row['wind']),
    })
  }
  return found
}
