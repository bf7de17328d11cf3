import { scheduleInvalid } from './schedule-error.js'
import { SmallSet } from './small-set.js'
import { splitAt } from './words.js'
import type { Word } from './words.js'

/** What one field of a dialect may hold. */
export interface FieldRule {
  readonly name: string
  readonly min: number
  readonly max: number
  /** Names in small letters, with the numbers that the dialect gives them; any case is read. */
  readonly names?: ReadonlyMap<string, number>
  /** Sunday may be written as 7, also as the end of a range. */
  readonly sevenIsZero?: boolean
  /** What stands for Sunday, where that is not 0. */
  readonly sunday?: number
  /** `22-2` goes on over the end. */
  readonly wraps?: boolean
  /** `/5` is a star with that step. */
  readonly bareStep?: boolean
  /** `?` is `*`. */
  readonly questionMark?: boolean
  /** @defaultValue 9999 */
  readonly stepMax?: number
  /** What else may be written, for the message: `L or 15W`. */
  readonly also?: string
}

/** What an item of a field stands for; `last` may lie beyond the end of a field that wraps. */
export interface ValueRange {
  readonly first: number
  readonly last: number
  readonly step: number
}

/** Reads an item in a way of its own, such as `15W`; false leaves it to the common rules. */
export type ItemReader = (item: Word) => boolean

/** Reads one field: a list of `*`, values and ranges, each with an optional step; `5/15` is 5 to the end in steps of 15. */
export function parseRanges(expression: string, field: Word, rule: FieldRule, special?: ItemReader): ValueRange[] {
  const items = splitAt(',', field).filter((item) => special?.(item) !== true)
  return items.map((item) => parseItem(expression, item, rule))
}

/** The same as a set of numbers; weekdays as 0 to 6 from Sunday. */
export function parseField(expression: string, field: Word, rule: FieldRule, special?: ItemReader): SmallSet {
  const values = new SmallSet()
  const span = rule.max - rule.min + 1
  for (const { first, last, step } of parseRanges(expression, field, rule, special)) {
    for (let value = first; value <= last; value += step) {
      const within = value > rule.max ? value - span : value
      values.add(within - (rule.sunday ?? 0))
    }
  }
  return values
}

/** Reads a single value, a number or a name, as it is written in the dialect. */
export function parseValue(expression: string, word: Word, rule: FieldRule): number {
  const named = rule.names?.get(word.text.toLowerCase())
  if (named !== undefined) return named
  const max = rule.sevenIsZero === true ? 7 : rule.max
  const value = /^\d{1,4}$/.test(word.text) ? Number(word.text) : NaN
  if (value >= rule.min && value <= max) return value
  const [name] = rule.names?.keys() ?? []
  const names = name === undefined ? '' : ` or a name such as ${name}`
  const also = rule.also === undefined ? '' : ` or ${rule.also}`
  throw refuseField(expression, rule, word.at, `${rule.min} to ${max}${names}${also}`, word.text)
}

/** The error for a field of an expression. */
export function refuseField(
  expression: string,
  rule: FieldRule,
  position: number,
  expected: string,
  got: string,
): Error {
  return scheduleInvalid(expression, { field: rule.name, position, expected, got })
}

function parseItem(expression: string, item: Word, rule: FieldRule): ValueRange {
  const [range = item, stepWord, tooMuch] = splitAt('/', item)
  if (tooMuch !== undefined)
    throw refuseField(expression, rule, tooMuch.at - 1, 'one step', item.text.slice(tooMuch.at - 1 - item.at))
  const step = stepWord === undefined ? 1 : parseStep(expression, stepWord, rule)
  if (isWhole(range.text, rule, stepWord !== undefined)) return { first: rule.min, last: rule.max, step }
  const [from = range, to, another] = splitAt('-', range)
  if (another !== undefined) throw refuseField(expression, rule, another.at - 1, 'one range', range.text)
  const first = parseValue(expression, from, rule)
  if (to === undefined) return { first, last: stepWord === undefined ? first : Math.max(first, rule.max), step }
  const last = parseValue(expression, to, rule)
  if (last >= first) return { first, last, step }
  // Sunday ends a week as well as beginning it: `fri-sun`.
  if (last === 0 && rule.sevenIsZero === true) return { first, last: 7, step }
  if (rule.wraps === true) return { first, last: last + rule.max - rule.min + 1, step }
  const remedy = step === 1 ? `, or ${from.text}-${rule.max},${rule.min}-${to.text}` : ''
  throw refuseField(expression, rule, range.at, `a range from low to high${remedy}`, range.text)
}

function isWhole(text: string, rule: FieldRule, hasStep: boolean): boolean {
  if (text === '?') return rule.questionMark === true
  return text === '*' || (text === '' && hasStep && rule.bareStep === true)
}

function parseStep(expression: string, word: Word, rule: FieldRule): number {
  const max = rule.stepMax ?? 9999
  const step = /^\d{1,4}$/.test(word.text) ? Number(word.text) : 0
  if (step === 0 || step > max) throw refuseField(expression, rule, word.at, `a step of 1 to ${max}`, word.text)
  return step
}
