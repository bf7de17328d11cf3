import { beforeEach, expect, test } from 'vitest'
import { FakeClock } from '../time/fake-clock.js'
import { Deadlines } from './deadlines.js'

let clock: FakeClock
let due: [string, number][]
let deadlines: Deadlines<string>

beforeEach(() => {
  clock = new FakeClock()
  due = []
  deadlines = new Deadlines(clock, (item) => due.push([item, clock.monotonic()]))
})

test('each item comes due when its own length has passed, whatever the others are', async () => {
  deadlines.add('a', 100)
  deadlines.add('b', 50)
  await clock.advance(20)
  deadlines.add('c', 100)
  deadlines.add('d', 10)
  await clock.advance(1000)
  expect(due).toEqual([
    ['d', 30],
    ['b', 50],
    ['a', 100],
    ['c', 120],
  ])
  expect(clock.timers).toEqual([])
})

test('an item that was taken back never comes due', async () => {
  deadlines.add('a', 100)
  deadlines.add('b', 100)
  await clock.advance(50)
  deadlines.delete('a', 100)
  await clock.advance(1000)
  expect(due).toEqual([['b', 100]])
})

test('one alarm serves any number of items', async () => {
  for (let item = 0; item < 1000; item++) deadlines.add(`${item}`, 100)
  expect(clock.timers).toHaveLength(1)
  for (let item = 0; item < 1000; item++) deadlines.delete(`${item}`, 100)
  await clock.advance(1000)
  expect(due).toEqual([])
  expect(clock.timers).toEqual([])
})

test('the wall clock may be set back: lengths are what has elapsed', async () => {
  deadlines.add('a', 100)
  clock.jump(-7_200_000)
  await clock.advance(100)
  expect(due).toEqual([['a', 100]])
})

test('items that were forgotten never come due', async () => {
  deadlines.add('a', 100)
  deadlines.clear()
  expect(clock.timers).toEqual([])
  await clock.advance(1000)
  expect(due).toEqual([])
})
