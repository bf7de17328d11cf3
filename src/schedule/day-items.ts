import { parseValue, refuseField } from './cron-field.js'
import type { FieldRule, ItemReader } from './cron-field.js'
import type { CronRules } from './cron-rules.js'
import type { SpecialDate, SpecialWeekday } from './special-days.js'
import type { Word } from './words.js'

/** The largest month minus its first day: `L-30`. */
const BEFORE_LAST_MAX = 30

/** Reads `L`, `LW`, `15W` and, in Quartz, `L-3` and `L-3W`, into a list. */
export function dateReader(expression: string, { day, specialDays }: CronRules, found: SpecialDate[]): ItemReader {
  return (item) => {
    if (specialDays === false) return false
    const { text } = item
    const last = /^L(?:-(\d{1,2}))?(W?)$/i.exec(text)
    if (last !== null && (last[1] === undefined || specialDays.beforeLast)) {
      const before = Number(last[1] ?? 0)
      if (before > BEFORE_LAST_MAX)
        throw refuseField(expression, day, item.at + 2, `0 to ${BEFORE_LAST_MAX} days`, text.slice(2))
      found.push({ kind: 'last', before, nearest: last[2] !== '' })
      return true
    }
    if (!/^\d+W$/i.test(text)) return false
    found.push({ kind: 'nearest', day: parseValue(expression, { text: text.slice(0, -1), at: item.at }, day) })
    return true
  }
}

/** Reads `5L`, `friL`, `5#2`, `fri#2` into a list, and a lone `L` where that is Saturday. */
export function weekdayReader(
  expression: string,
  { weekday, specialDays }: CronRules,
  field: Word,
  found: SpecialWeekday[],
): ItemReader {
  return (item) => {
    if (specialDays === false || !/[L#]/i.test(item.text)) return false
    const special = readWeekday(expression, item, weekday)
    if (special === null) return false
    if (specialDays.loneWeekday && field.text !== item.text)
      throw refuseField(expression, weekday, item.at, 'L and # to be the only item', item.text)
    found.push(special)
    return true
  }
}

function readWeekday(expression: string, item: Word, rule: FieldRule): SpecialWeekday | null {
  const { text, at } = item
  const hash = text.indexOf('#')
  if (hash < 0) {
    if (!/^[^-/]+L$/i.test(text)) return null
    return { kind: 'last', weekday: weekdayOf(expression, { text: text.slice(0, -1), at }, rule) }
  }
  const weekday = weekdayOf(expression, { text: text.slice(0, hash), at }, rule)
  const nth = text.slice(hash + 1)
  if (!/^[1-5]$/.test(nth)) throw refuseField(expression, rule, at + hash + 1, 'an occurrence of 1 to 5', nth)
  return { kind: 'nth', weekday, nth: Number(nth) }
}

/** 0 to 6 from Sunday, whatever the dialect calls it. */
function weekdayOf(expression: string, word: Word, rule: FieldRule): number {
  return (parseValue(expression, word, rule) - (rule.sunday ?? 0)) % 7
}
