import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSchedule } from './parse-schedule.js'
import { DIALECTS } from './schedule.js'

const T = Date.parse('2025-01-15T10:20:30Z')
const iso = (instant: number | null): string | null => (instant === null ? null : new Date(instant).toISOString())

test.each<[string, string]>([
  ['every 10s', '2025-01-15T10:20:40.000Z'],
  ['every 10 minutes', '2025-01-15T10:30:30.000Z'],
  ['EVERY 90s', '2025-01-15T10:22:00.000Z'],
  ['every 1500ms', '2025-01-15T10:20:31.500Z'],
  ['@every 1h30m', '2025-01-15T11:50:30.000Z'],
  ['rate(1 minute)', '2025-01-15T10:21:30.000Z'],
  ['rate(2 days)', '2025-01-17T10:20:30.000Z'],
  ['*/5 0-6 * jan-mar mon,fri', '2025-01-17T00:00:00.000Z'],
  ['5/15 * * * *', '2025-01-15T10:35:00.000Z'],
  ['0 0 * * fri-sun', '2025-01-17T00:00:00.000Z'],
  ['0 0 * * 7', '2025-01-19T00:00:00.000Z'],
  ['  @hourly ', '2025-01-15T11:00:00.000Z'],
  ['0\t12 * * *\n', '2025-01-15T12:00:00.000Z'],
])('%s, created at 10:20:30, ticks first at %s', (text, expected) => {
  const schedule = parseSchedule(text, { anchor: T })
  expect(iso(schedule.next(T))).toBe(expected)
  expect([schedule.expression, String(schedule), schedule.timeZone]).toEqual([text.trim(), text.trim(), 'UTC'])
})

test('an interval keeps its phase whoever asks and whenever, and begins one interval after its anchor', () => {
  const schedule = parseSchedule('every 10 minutes', { anchor: T })
  expect(iso(schedule.next(T + 3 * 3_600_000 + 5))).toBe('2025-01-15T13:30:30.000Z')
  expect(iso(schedule.next(T - 86_400_000))).toBe('2025-01-15T10:30:30.000Z')
  expect(iso(parseSchedule('rate(1 hour)').next(T))).toBe('2025-01-15T11:00:00.000Z')
  expect(iso(schedule.next(T + 600_000))).toBe('2025-01-15T10:40:30.000Z')
})

test('a zone in the expression counts more than the option', () => {
  const schedule = parseSchedule('CRON_TZ=Asia/Tokyo 5 4 * * *', { timeZone: 'Europe/Amsterdam' })
  expect([iso(schedule.next(T)), schedule.timeZone]).toEqual(['2025-01-15T19:05:00.000Z', 'Asia/Tokyo'])
})

test.each<[string, string, number, string]>([
  ['61 * * * *', 'minute', 0, 'minute, character 1: expected 0 to 59, got "61"'],
  ['0 8-25 * * *', 'hour', 4, 'hour, character 5: expected 0 to 23, got "25"'],
  ['0 0 1,32 * *', 'day of month', 6, 'day of month, character 7: expected 1 to 31 or L, LW or 15W, got "32"'],
  ['0 0 * jann *', 'month', 6, 'month, character 7: expected 1 to 12 or a name such as jan, got "jann"'],
  [
    '0 0 * * 8',
    'day of week',
    8,
    'day of week, character 9: expected 0 to 7 or a name such as sun or a form such as 5L or 5#2, got "8"',
  ],
  ['*/0 * * * *', 'minute', 2, 'minute, character 3: expected a step of 1 to 9999, got "0"'],
  ['9-5 * * * *', 'minute', 0, 'minute, character 1: expected a range from low to high, or 9-59,0-5, got "9-5"'],
  ['* * * *', 'day of week', 7, 'character 8: expected five fields'],
  ['* * * * * 2025', 'day of week', 10, 'got "2025"'],
  ['', 'minute', 0, 'got nothing'],
  ['@reboot', 'short cut', 0, 'expected one of @yearly'],
  ['0 0 30 2 *', 'day of month', 4, 'expected a day that one of the months has, got "30"'],
  ['0 0 31 4,6 *', 'day of month', 4, 'expected a day that one of the months has'],
  ['TZ=Mars/Base 0 0 * * *', 'time zone', 3, 'expected an IANA name such as Europe/Amsterdam, got "Mars/Base"'],
  ['every 500ms', 'interval', 6, 'expected an interval of 1 second to 100 years'],
  ['every 200 years', 'interval', 6, 'expected a duration such as 10 minutes'],
  ['every 9000 weeks', 'interval', 6, 'expected an interval of 1 second to 100 years'],
  ['rate(5 minute)', 'interval', 0, 'expected rate(1 minute), rate(5 minutes)'],
])('%j is refused: %s at %d', (text, field, position, message) => {
  const parse = (): unknown => parseSchedule(text)
  expect(parse).toThrow(message)
  const facts = expect.objectContaining({ field, position }) as unknown
  expect(parse).toThrow(expect.objectContaining({ code: 'SCHEDULE_INVALID', facts }))
})

test('29 February alone exists, and 31 with a weekday too', () => {
  expect(iso(parseSchedule('0 0 29 2 *').next(T))).toBe('2028-02-29T00:00:00.000Z')
  expect(iso(parseSchedule('0 0 31 2 1').next(T))).toBe('2025-02-03T00:00:00.000Z')
})

test('a text of any length is refused at once and quoted in part', () => {
  const parse = (): unknown => parseSchedule(`${'1,'.repeat(500_000)} * * * *`)
  expect(parse).toThrow('expected at most 1000 characters, got "1000008 characters"')
  expect(parse).toThrow(expect.objectContaining({ message: expect.stringMatching(/^.{0,250}$/) as unknown }))
})

test('whatever is written is read or refused with its reason, in every dialect', () => {
  const pieces = [
    '0',
    '5',
    '31',
    '59',
    '*',
    '/',
    '-',
    ',',
    ' ',
    'L',
    'W',
    '#',
    '?',
    'mon',
    'jan',
    '@every ',
    '1h',
    'TZ=',
    'UTC ',
  ]
  const forms = [
    'cron(',
    'rate(',
    'at(',
    ')',
    ' minutes',
    '12:30',
    '+02:00',
    '2025-01-01T',
    '\0',
    '\u{1F600}',
    '__proto__',
  ]
  const text = fc.array(fc.constantFrom(...pieces, ...forms), { maxLength: 40 }).map((parts) => parts.join(''))
  const common = fc.constantFrom('*', '1', '5', '1-3', '*/2', '5,1', '?')
  const rare = fc.constantFrom('L', 'LW', '15W', '5L', '1#2', 'mon-fri', 'jan', '7', '2030', '0', '3/2', 'x')
  const fields = fc
    .array(fc.oneof({ weight: 6, arbitrary: common }, { weight: 1, arbitrary: rare }), { minLength: 5, maxLength: 7 })
    .map((words) => words.join(' '))
  const wrapped = fields.map((given) => `cron(${given})`)
  let read = 0
  fc.assert(
    fc.property(fc.oneof(text, fields, wrapped), fc.constantFrom(...DIALECTS), (expression, dialect) => {
      try {
        const schedule = parseSchedule(expression, { dialect })
        read += 1
        const next = schedule.next(T)
        if (next !== null) expect(schedule.previous(next + 1)).toBe(next)
        expect(parseSchedule(String(schedule), { dialect }).describe()).toBe(schedule.describe())
      } catch (error) {
        const facts = expect.objectContaining({
          expected: expect.any(String) as unknown,
          position: expect.any(Number) as unknown,
        }) as unknown
        expect(error).toMatchObject({ code: 'SCHEDULE_INVALID', facts })
      }
    }),
    { numRuns: 4000 },
  )
  expect(read).toBeGreaterThan(100)
})

test('what is no text and no instant is a mistake of the caller', () => {
  expect(() => parseSchedule(5 as unknown as string)).toThrow(
    new TypeError('schedule: expected text or what daily(), monthly() or interval() return, got number'),
  )
  expect(() => parseSchedule('@daily', { anchor: NaN })).toThrow(TypeError)
  expect(() => parseSchedule('@daily').next(NaN)).toThrow(TypeError)
  expect(() => parseSchedule('every 5s').next(NaN)).toThrow(TypeError)
})
