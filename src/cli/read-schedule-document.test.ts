import { describe, expect, it } from 'vitest'
import { UsageError } from './exit.js'
import { readScheduleDocument, type ScheduleDocument } from './read-schedule-document.js'

const read = (document: unknown): ScheduleDocument =>
  readScheduleDocument({ text: JSON.stringify(document), from: 'schedule' })

describe('a schedule document', () => {
  it('is read as asyncjobs prints it, in either spelling', () => {
    const told = { name: 'EMAIL', schedule: '0 0 1 * *', queue: 'EMAIL', task_type: 'email:monthly', payload: null }
    const expected = {
      name: 'EMAIL',
      schedule: '0 0 1 * *',
      task: 'email:monthly',
      options: { queue: 'EMAIL', deadline: 43_200_000, maxTries: 5 },
    }
    const created = { created_at: '2022-02-17T17:40:37.001480991Z' }
    expect(read({ ...told, deadline: 43_200_000_000_000, max_tries: 5, ...created })).toEqual(expected)
    expect(read({ ...told, Deadline: 43_200_000_000_000, MaxTries: 5, ...created })).toEqual(expected)
  })

  it('says nothing about what is 0 or null', () => {
    expect(read({ Deadline: 0, MaxTries: 0, maxRuns: null, dst: null })).toEqual({ options: {} })
  })

  it('may hold a deadline of a hundred years, which is no safe integer in nanoseconds', () => {
    const text = '{"deadline":3155760000000000000}'
    expect(readScheduleDocument({ text, from: 'schedule' })).toEqual({ options: { deadline: 3_155_760_000_000 } })
  })

  it('takes no deadline for none that only nearly is', () => {
    expect(read({ deadline: 400_000 })).toEqual({ options: { deadline: 1 } })
    expect(read({ deadline: -5 })).toEqual({ options: { deadline: -1 } })
  })

  it('has policies in the units that it is printed with', () => {
    const missed = { all: { max: 3, withinMs: 60_000 } }
    expect(read({ missed, jitterMs: 5_000, startAt: '2027-01-31T08:00:00.000Z', paused: true })).toEqual({
      options: {
        missed: { all: { max: 3, within: 60_000 } },
        jitter: 5_000,
        startAt: Date.UTC(2027, 0, 31, 8),
        paused: true,
      },
    })
  })

  it.each<[unknown, RegExp]>([
    [[], /schedule: expected a JSON object/],
    [null, /expected a JSON object/],
    [{ schedul: '@daily' }, /expected the keys name, schedule, .*got "schedul"/],
    [{ __proto__: null, constructor: 1 }, /got "constructor"/],
    [{ name: 5 }, /name: expected text, got number/],
    [{ deadline: '12h' }, /deadline: expected a number, got string/],
    [{ paused: 'yes' }, /paused: expected true or false, got string/],
    [{ missed: { all: 3 } }, /missed: expected "latest", "skip" or \{ all: \{ max, withinMs \} \}/],
    [{ missed: 7 }, /missed: expected "latest"/],
    [{ startAt: 'tomorrow' }, /startAt: expected an instant with its zone/],
    [{ deadline: 60_000_000_000, Deadline: 60_000_000_000 }, /Deadline: expected one spelling of it, got two/],
  ])('is refused as bad usage: %j', (document, message) => {
    expect(() => read(document)).toThrow(UsageError)
    expect(() => read(document)).toThrow(message)
  })

  it('is refused where a number of its payload would lose digits', () => {
    const text = '{"payload":{"id":12345678901234567890}}'
    expect(() => readScheduleDocument({ text, from: 'schedule' })).toThrow(/12345678901234567890 would lose digits/)
  })
})
