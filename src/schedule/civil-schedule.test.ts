import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSchedule } from './parse-schedule.js'

const MINUTE = 60_000
const DAY = 86_400_000

/** Three days around a change of the clocks, minute by minute, as the runtime itself shows them. */
interface Window {
  readonly zone: string
  readonly from: number
  /** What the wall shows at `from` plus so many minutes, as if it were UTC. */
  readonly walls: readonly number[]
}

const WINDOWS: readonly Window[] = [
  ['America/New_York', '2025-03-08'],
  ['America/New_York', '2025-11-01'],
  ['Europe/Amsterdam', '2025-03-29'],
  ['Europe/Amsterdam', '2025-10-25'],
  ['Australia/Lord_Howe', '2025-10-03'],
  ['Australia/Lord_Howe', '2025-04-04'],
  ['America/Sao_Paulo', '2018-11-03'],
  ['America/Sao_Paulo', '2018-02-16'],
  ['Pacific/Chatham', '2025-04-04'],
  ['Asia/Kathmandu', '2025-01-01'],
].map(([zone = '', day = '']) => {
  const from = Date.parse(`${day}T00:00:00Z`)
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  const shown = (at: number): number => Date.parse(`${format.format(at).replace(' ', 'T')}Z`)
  return { zone, from, walls: Array.from({ length: 3 * 1440 }, (_, minute) => shown(from + minute * MINUTE)) }
})

interface Fields {
  readonly minutes: readonly number[] | '*'
  readonly hours: readonly number[] | '*'
  readonly weekdays: readonly number[] | '*'
}

const list = (max: number) => fc.uniqueArray(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 4 })
const fields: fc.Arbitrary<Fields> = fc.record({
  minutes: fc.oneof({ weight: 3, arbitrary: list(59) }, { weight: 1, arbitrary: fc.constant('*' as const) }),
  hours: fc.oneof(list(4), list(23), fc.constant('*' as const)),
  weekdays: fc.oneof(list(6), fc.constant('*' as const)),
})

function matches({ minutes, hours, weekdays }: Fields, wall: number): boolean {
  const date = new Date(wall)
  const has = (values: readonly number[] | '*', value: number): boolean => values === '*' || values.includes(value)
  return has(minutes, date.getUTCMinutes()) && has(hours, date.getUTCHours()) && has(weekdays, date.getUTCDay())
}

/** The ticks of a window by the rule as it is written, found by looking at every minute. */
function bruteForce(given: Fields, { from, walls }: Window): number[] {
  const ticks = new Set<number>()
  const wild = given.minutes === '*' || given.hours === '*'
  let passed = -Infinity
  walls.forEach((wall, minute) => {
    const repeated = wall <= passed
    if (matches(given, wall) && (wild || !repeated)) ticks.add(from + minute * MINUTE)
    if (!wild && passed > 0) {
      for (let swallowed = passed + MINUTE; swallowed < wall; swallowed += MINUTE) {
        if (matches(given, swallowed)) ticks.add(from + minute * MINUTE)
      }
    }
    passed = Math.max(passed, wall)
  })
  return [...ticks].sort((a, b) => a - b)
}

test('every tick of three days around a change is found, and no other', () => {
  fc.assert(
    fc.property(fields, fc.constantFrom(...WINDOWS), (given, window) => {
      const { minutes, hours, weekdays } = given
      const schedule = parseSchedule(`${String(minutes)} ${String(hours)} * * ${String(weekdays)}`, {
        timeZone: window.zone,
      })
      const found: number[] = []
      const end = window.from + window.walls.length * MINUTE
      for (let at = schedule.next(window.from - 1); at !== null && at < end; at = schedule.next(at)) found.push(at)
      expect(found).toEqual(bruteForce(given, window))
    }),
    { numRuns: 600 },
  )
})

test('asking from anywhere gives the first tick that walking would have met', () => {
  fc.assert(
    fc.property(fields, fc.constantFrom(...WINDOWS), fc.integer({ min: 0, max: 2 * DAY }), (given, window, offset) => {
      const { minutes, hours, weekdays } = given
      const schedule = parseSchedule(`${String(minutes)} ${String(hours)} * * ${String(weekdays)}`, {
        timeZone: window.zone,
      })
      const after = window.from + offset
      const expected = bruteForce(given, window).find((tick) => tick > after)
      const found = schedule.next(after)
      if (expected === undefined) expect(found).toBeGreaterThan(after)
      else expect(found).toBe(expected)
    }),
    { numRuns: 300 },
  )
})

test('going back meets the ticks that going forward has met', () => {
  fc.assert(
    fc.property(fields, fc.constantFrom(...WINDOWS), (given, window) => {
      const { minutes, hours, weekdays } = given
      const schedule = parseSchedule(`${String(minutes)} ${String(hours)} * * ${String(weekdays)}`, {
        timeZone: window.zone,
      })
      const found: number[] = []
      const end = window.from + window.walls.length * MINUTE
      for (let at = schedule.previous(end); at !== null && at >= window.from; at = schedule.previous(at))
        found.unshift(at)
      expect(found).toEqual(bruteForce(given, window))
    }),
    { numRuns: 300 },
  )
})

test('dates two centuries away are found in both directions', () => {
  const far = parseSchedule('cron(59 23 31 12 ? 1970,2199)', { timeZone: 'America/New_York' })
  const [first, last] = [Date.UTC(1971, 0, 1, 4, 59), Date.UTC(2200, 0, 1, 4, 59)]
  expect([far.next(first), far.next(last), far.previous(last), far.previous(first)]).toEqual([last, null, first, null])
})

test('dates far apart are found without walking, and the calendar ends with the year 9999', () => {
  const leapSunday = parseSchedule('30 8 29 2 */7', { timeZone: 'Europe/Amsterdam' })
  expect(new Date(leapSunday.next(Date.UTC(2032, 2, 1)) ?? 0).toISOString()).toBe('2060-02-29T07:30:00.000Z')
  expect(new Date(leapSunday.next(Date.UTC(2088, 2, 1)) ?? 0).toISOString()).toBe('2128-02-29T07:30:00.000Z')
  const yearly = parseSchedule('@yearly', { timeZone: 'Pacific/Apia' })
  expect(yearly.next(Date.UTC(9999, 11, 31, 12))).toBeNull()
  expect(yearly.next(Infinity)).toBeNull()
  expect(new Date(yearly.next(-Infinity) ?? 0).getUTCFullYear()).toBe(1)
  expect(yearly.previous(-Infinity)).toBeNull()
  expect(new Date(yearly.previous(Infinity) ?? 0).toISOString()).toBe('9999-12-31T11:00:00.000Z')
})

test('answers do not depend on the zone of the process', () => {
  const before = process.env['TZ']
  const answers = ['UTC', 'America/Sao_Paulo', 'Australia/Lord_Howe'].map((zone) => {
    process.env['TZ'] = zone
    return parseSchedule('30 2 * * *', { timeZone: 'Europe/Amsterdam' }).next(Date.UTC(2025, 2, 29, 12))
  })
  if (before === undefined) delete process.env['TZ']
  else process.env['TZ'] = before
  expect(new Set(answers)).toEqual(new Set([Date.UTC(2025, 2, 30, 1)]))
})
