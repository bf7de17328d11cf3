import { expect, test } from 'vitest'
import type { DstRule } from './dst-rule.js'
import { parseSchedule } from './parse-schedule.js'

/** The ticks of the day in Amsterdam on which a change falls, as UTC times; the gap is 01:00Z, the second 02:00 comes at 01:00Z. */
function ticks(expression: string, dst: DstRule, day: string): string {
  const schedule = parseSchedule(expression, { timeZone: 'Europe/Amsterdam', dst })
  const end = Date.parse(`${day}T04:00:00Z`)
  const found: string[] = []
  const from = end - 6 * 3_600_000
  for (let at = schedule.next(from); at !== null && at < end; at = schedule.next(at))
    found.push(new Date(at).toISOString().slice(11, 16))
  const backwards: string[] = []
  for (let at = schedule.previous(end); at !== null && at > from; at = schedule.previous(at))
    backwards.unshift(new Date(at).toISOString().slice(11, 16))
  expect(backwards).toEqual(found)
  return found.join(' ')
}

const SPRING = '2027-03-28'
const AUTUMN = '2027-10-31'

test.each<[string, DstRule, string, string]>([
  ['30 2 * * *', 'vixie', '01:00', '00:30'],
  ['30 2 * * *', 'skip-once', '', '00:30'],
  ['30 2 * * *', 'shift-once', '01:30', '00:30'],
  ['30 2 * * *', 'wall', '', '00:30 01:30'],
  ['0,40 2,3 * * *', 'vixie', '01:00 01:40', '00:00 00:40 02:00 02:40'],
  ['0,40 2,3 * * *', 'shift-once', '01:00 01:40', '00:00 00:40 02:00 02:40'],
  ['10 2,3 * * *', 'vixie', '01:00 01:10', '00:10 02:10'],
  ['*/30 2 * * *', 'vixie', '', '00:00 00:30 01:00 01:30'],
  ['*/30 2 * * *', 'skip-once', '', '00:00 00:30'],
  ['*/30 2 * * *', 'shift-once', '01:00 01:30', '00:00 00:30'],
  ['0 * * * *', 'vixie', '23:00 00:00 01:00 02:00 03:00', '23:00 00:00 01:00 02:00 03:00'],
  ['0 * * * *', 'skip-once', '23:00 00:00 01:00 02:00 03:00', '23:00 00:00 01:00 02:00 03:00'],
  ['0 0-23 * * *', 'vixie', '23:00 00:00 01:00 02:00 03:00', '23:00 00:00 02:00 03:00'],
  ['0 0-23 * * *', 'shift-once', '23:00 00:00 01:00 02:00 03:00', '23:00 00:00 01:00 02:00 03:00'],
])('%s under %s: %j in spring, %j in autumn', (expression, dst, spring, autumn) => {
  expect(ticks(expression, dst, SPRING)).toBe(spring)
  expect(ticks(expression, dst, AUTUMN)).toBe(autumn)
})

test('a half-hour gap shifts by half an hour, and shifted and plain times keep their order', () => {
  const schedule = parseSchedule('0,15,40 2 * * *', { timeZone: 'Australia/Lord_Howe', dst: 'shift-once' })
  const found: string[] = []
  let at = Date.parse('2025-10-04T15:00:00Z')
  for (let count = 0; count < 4; count++) {
    at = schedule.next(at) ?? NaN
    found.push(new Date(at).toISOString().slice(0, 16))
  }
  // 02:00 and 02:15 come half an hour later, at 02:30 and 02:45; 02:40 is there by itself.
  expect(found).toEqual(['2025-10-04T15:30', '2025-10-04T15:40', '2025-10-04T15:45', '2025-10-05T15:00'])
})

test('by vixie a day that a zone skips is skipped, by shift-once it comes a day later', () => {
  const options = { timeZone: 'Pacific/Apia' } as const
  const from = Date.parse('2011-12-28T12:00:00Z')
  const next = (dst: DstRule): string =>
    new Date(parseSchedule('0 12 30 12 *', { ...options, dst }).next(from) ?? NaN).toISOString()
  expect([next('vixie'), next('shift-once')]).toEqual(['2012-12-29T22:00:00.000Z', '2011-12-30T22:00:00.000Z'])
})

test('each dialect has its rule: Quartz and EventBridge skip what a gap swallows, all else fires as it ends', () => {
  const next = (expression: string): string | undefined => {
    const tick = parseSchedule(expression, { timeZone: 'Europe/Amsterdam' }).next(Date.parse('2027-03-27T12:00:00Z'))
    return tick === null ? undefined : new Date(tick).toISOString().slice(0, 16)
  }
  const [gap, dayAfter] = ['2027-03-28T01:00', '2027-03-29T00:30']
  expect(['30 2 * * *', '0 30 2 * * *', '02:30', 'monthly(28 02:30)'].map(next)).toEqual([gap, gap, gap, gap])
  expect(['0 30 2 * * ?', 'cron(30 2 * * ? *)'].map(next)).toEqual([dayAfter, dayAfter])
})
