import { expect, test } from 'vitest'
import { FakeClock } from './fake-clock.js'
import { uuidMaker } from './ids.js'
import { seededRandom } from './random.js'

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('ids are UUIDv7 of the clock, unique, and sort by their making also within a millisecond', async () => {
  const clock = new FakeClock()
  const ids = uuidMaker(clock, seededRandom(1))
  const made: string[] = []
  for (let ms = 0; ms < 3; ms++) {
    for (let index = 0; index < 1000; index++) made.push(ids.next())
    await clock.advance(1)
  }
  expect(made.every((id) => UUID7.test(id))).toBe(true)
  expect(new Set(made).size).toBe(3000)
  expect([...made].sort()).toEqual(made)
  expect(parseInt((made[0] ?? '').replace('-', '').slice(0, 12), 16)).toBe(Date.UTC(2025, 0, 1))
})

test('ids keep growing when the clock steps back by less than 10 seconds', () => {
  const clock = new FakeClock()
  const ids = uuidMaker(clock, seededRandom(2))
  const before = ids.next()
  clock.jump(-9000)
  expect(ids.next() > before).toBe(true)
})

test('the same seed and clock make the same ids, and a clock before 1970 still makes some', () => {
  const make = (): string => uuidMaker(new FakeClock(), seededRandom(3)).next()
  expect(make()).toBe(make())
  expect(uuidMaker(new FakeClock(-5), seededRandom(3)).next()).toMatch(UUID7)
})
