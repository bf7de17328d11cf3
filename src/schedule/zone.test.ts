import { expect, test } from 'vitest'
import { fixedZone, findZone } from './zone.js'
import type { Zone } from './zone.js'

const HOUR = 3_600_000

function zone(name: string): Zone {
  return findZone(name) ?? expect.unreachable(`${name} is unknown`)
}

test.each([
  ['Europe/Amsterdam', '2025-03-01', '2025-03-30T01:00:00Z', 1, 2],
  ['Europe/Amsterdam', '2025-07-01', '2025-10-26T01:00:00Z', 2, 1],
  ['Australia/Lord_Howe', '2025-09-01', '2025-10-04T15:30:00Z', 10.5, 11],
  ['Pacific/Apia', '2011-12-01', '2011-12-30T10:00:00Z', -10, 14],
  ['Africa/Casablanca', '2025-01-01', '2025-02-23T02:00:00Z', 1, 0],
  ['America/Caracas', '2016-01-01', '2016-05-01T07:00:00Z', -4.5, -4],
])('%s, from %s, is changed at %s', (name, from, at, before, after) => {
  const change = zone(name).nextChange(Date.parse(from), Date.parse(from) + 400 * 24 * HOUR)
  expect(change).toEqual({ at: Date.parse(at), before: before * HOUR, after: after * HOUR })
  expect(zone(name).offsetAt(Date.parse(at) - 1)).toBe(before * HOUR)
  expect(zone(name).offsetAt(Date.parse(at))).toBe(after * HOUR)
})

test('offsets agree with the wall clock that the runtime shows, over a century of every tenth zone', () => {
  const names = Intl.supportedValuesOf('timeZone').filter((_name, index) => index % 10 === 0)
  for (const name of names) {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' })
    for (let year = 1950; year < 2050; year += 7) {
      const at = Date.UTC(year, (year * 5) % 12, (year % 28) + 1, 9)
      const wall = Date.parse(`${format.format(at).replace(' ', 'T')}Z`)
      expect([name, year, zone(name).offsetAt(at)]).toEqual([name, year, wall - at])
    }
  }
})

test('changes lie strictly after the one bound and not after the other', () => {
  const at = Date.parse('2025-03-30T01:00:00Z')
  const amsterdam = zone('Europe/Amsterdam')
  expect(amsterdam.nextChange(at, at + HOUR)).toBeNull()
  expect(amsterdam.nextChange(at - 1, at)?.at).toBe(at)
  expect(amsterdam.nextChange(at - HOUR, at - 1)).toBeNull()
})

test('walking from change to change misses none at the seams of what is read at once', () => {
  const paris = zone('Europe/Paris')
  let count = 0
  let last = Date.UTC(2000, 0, 1)
  for (;;) {
    const change = paris.nextChange(last, Date.UTC(2030, 0, 1))
    if (change === null) break
    expect(new Date(change.at).getUTCMonth()).toBe(count % 2 === 0 ? 2 : 9)
    last = change.at
    count++
  }
  expect(count).toBe(60)
})

test('going back from change to change meets the same ones', () => {
  for (const name of ['Europe/Paris', 'Africa/Casablanca', 'America/Boa_Vista']) {
    const [start, end] = [Date.UTC(1995, 0, 1), Date.UTC(2030, 0, 1)]
    const forwards: unknown[] = []
    for (
      let at = start, change = zone(name).nextChange(at, end);
      change !== null;
      change = zone(name).nextChange(at, end)
    ) {
      forwards.push(change)
      at = change.at
    }
    const backwards: unknown[] = []
    for (
      let at = end, change = zone(name).lastChange(at, start);
      change !== null;
      change = zone(name).lastChange(at, start)
    ) {
      backwards.unshift(change)
      at = change.at - 1
    }
    expect(backwards).toEqual(forwards)
    expect(forwards.length).toBeGreaterThan(3)
  }
})

test('a daylight-saving time of one week is not overlooked', () => {
  const at = Date.parse('2000-10-08T04:00:00Z')
  const boaVista = zone('America/Boa_Vista')
  expect(boaVista.nextChange(at - 1, at)).toEqual({ at, before: -4 * HOUR, after: -3 * HOUR })
  expect(boaVista.nextChange(at, at + 30 * 24 * HOUR)?.at).toBe(Date.parse('2000-10-15T03:00:00Z'))
})

test.each([
  [0, 'UTC'],
  [5.5, '+05:30'],
  [-9.75, '-09:45'],
])('a fixed clock %d hours ahead is called %s and never changes', (hours, name) => {
  const fixed = fixedZone(hours * HOUR)
  expect([fixed.name, fixed.offsetAt(0), fixed.nextChange(0, 1e13), fixed.lastChange(1e13, 0)]).toEqual([
    ...[name, hours * HOUR, null, null],
  ])
})

test('UTC never changes, and names are looked up once', () => {
  expect(zone('UTC').nextChange(0, Date.UTC(2100, 0, 1))).toBeNull()
  expect(zone('Asia/Tokyo')).toBe(zone('Asia/Tokyo'))
})

test.each(['', 'Nowhere/City', '../../etc/passwd', 'America/New York', '__proto__', '+01:00', 'Europe/Amsterdam\n'])(
  'the name %j is unknown on every runtime',
  (name) => {
    expect(findZone(name)).toBeNull()
  },
)
