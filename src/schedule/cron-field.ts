import { scheduleInvalid } from './schedule-error.js'
import { SmallSet } from './small-set.js'
import { splitAt } from './words.js'
import type { Word } from './words.js'

/** What one field of a dialect may hold. */
export interface FieldRule {
  readonly name: string
  readonly min: number
  readonly max: number
  /** Three-letter names in small letters; any case is read. */
  readonly names?: ReadonlyMap<string, number>
  /** Sunday may be written as 7, also as the end of a range. */
  readonly sevenIsZero?: boolean
}

/** Reads one field: a list of `*`, values and ranges, each with an optional step; `5/15` is 5 to the end in steps of 15. */
export function parseField(expression: string, field: Word, rule: FieldRule): SmallSet {
  const values = new SmallSet()
  for (const item of splitAt(',', field)) {
    const { first, last, step } = parseItem(expression, item, rule)
    for (let value = first; value <= last; value += step)
      values.add(rule.sevenIsZero === true && value === 7 ? 0 : value)
  }
  return values
}

function parseItem(expression: string, item: Word, rule: FieldRule): { first: number; last: number; step: number } {
  const [range = item, stepWord, tooMuch] = splitAt('/', item)
  if (tooMuch !== undefined)
    throw refuse(expression, rule, tooMuch.at - 1, 'one step', item.text.slice(tooMuch.at - 1 - item.at))
  const step = stepWord === undefined ? 1 : parseStep(expression, stepWord, rule)
  if (range.text === '*') return { first: rule.min, last: rule.max, step }
  const [from = range, to, another] = splitAt('-', range)
  if (another !== undefined) throw refuse(expression, rule, another.at - 1, 'one range', range.text)
  const first = parseValue(expression, from, rule)
  if (to === undefined) return { first, last: stepWord === undefined ? first : rule.max, step }
  const last = parseValue(expression, to, rule)
  // Sunday ends a week as well as beginning it: `fri-sun`
  if (last === 0 && first > 0 && rule.sevenIsZero === true) return { first, last: 7, step }
  if (last < first) throw refuse(expression, rule, range.at, 'a range from low to high', range.text)
  return { first, last, step }
}

function parseValue(expression: string, word: Word, rule: FieldRule): number {
  const named = rule.names?.get(word.text.toLowerCase())
  if (named !== undefined) return named
  const max = rule.sevenIsZero === true ? 7 : rule.max
  const value = /^\d{1,4}$/.test(word.text) ? Number(word.text) : NaN
  if (!(value >= rule.min && value <= max)) {
    const [name] = rule.names?.keys() ?? []
    const names = name === undefined ? '' : ` or a name such as ${name}`
    throw refuse(expression, rule, word.at, `${rule.min} to ${max}${names}`, word.text)
  }
  return value
}

function parseStep(expression: string, word: Word, rule: FieldRule): number {
  const step = /^\d{1,4}$/.test(word.text) ? Number(word.text) : 0
  if (step === 0) throw refuse(expression, rule, word.at, 'a step of 1 to 9999', word.text)
  return step
}

function refuse(expression: string, rule: FieldRule, position: number, expected: string, got: string): Error {
  return scheduleInvalid(expression, { field: rule.name, position, expected, got })
}
