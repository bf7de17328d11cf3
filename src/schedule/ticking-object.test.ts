import { describe, expect, it } from 'vitest'
import { daily, monthly } from './ticking-object.js'

describe('a schedule that is an object', () => {
  it('tells its next tick in the zone that it names', () => {
    const noon = daily({ hour: 12, timeZone: 'Asia/Tokyo' })
    expect(noon.next(new Date('2027-03-01T00:00:00Z'))).toEqual(new Date('2027-03-01T03:00:00Z'))
    expect(noon.next(new Date('2027-03-01T03:00:00Z'))).toEqual(new Date('2027-03-02T03:00:00Z'))
    const third = monthly({ day: 3, hour: 12, timeZone: 'UTC' })
    expect(third.next(Date.UTC(2027, 0, 20))).toEqual(new Date('2027-02-03T12:00:00Z'))
  })

  it('goes by the zone of the process when it names none', () => {
    const local = new Date(2027, 5, 1, 12)
    expect(daily({ hour: 12 }).next(new Date(2027, 5, 1, 11))).toEqual(local)
  })

  it('is the same data as without that', () => {
    expect({ ...daily({ hour: 12 }) }).toEqual({ kind: 'daily', hour: 12, minute: 0 })
    expect(JSON.stringify(daily())).toBe('{"kind":"daily","hour":0,"minute":0}')
  })

  it('refuses what nobody reads, which would be midnight in silence', () => {
    expect(() => daily({ hours: 8 } as never)).toThrow(
      'daily: expected options among hour, minute, timeZone, got "hours"',
    )
    expect(() => daily('08:00' as never)).toThrow('daily: expected an object such as { hour: 8 }, got "08:00"')
    expect(() => monthly({ day: 1, hours: 8 } as never)).toThrow('got "hours"')
    expect(() => monthly(undefined as never)).toThrow('monthly: expected an object such as { day: 1, hour: 8 }')
  })
})
