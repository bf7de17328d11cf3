import { expect, it } from 'vitest'
import { FakeClock } from '../../time/fake-clock.js'
import { LaneFloors } from './lane-floors.js'

it('gives what a long walk found until a second has passed, and then lets one claim look from the beginning', async () => {
  const clock = new FakeClock()
  const floors = new LaneFloors(clock)
  expect(floors.get()).toEqual([null, null])
  floors.set(
    [
      [11, 12],
      [5_000, 6_000],
    ],
    true,
  )
  await clock.advance(999)
  expect(floors.get()).toEqual(['{11,12}', '{5000,6000}'])
  await clock.advance(1)
  expect(floors.get()).toEqual([null, null])
})

it('is not kept longer by claims that began at it', async () => {
  const clock = new FakeClock()
  const floors = new LaneFloors(clock)
  floors.set([[11], [5_000]], true)
  await clock.advance(600)
  floors.set([[11], [7_000]], false)
  expect(floors.get()).toEqual(['{11}', '{7000}'])
  await clock.advance(400)
  expect(floors.get()).toEqual([null, null])
  // Such a claim may also end when the second has passed.
  floors.set([[11], [8_000]], false)
  expect(floors.get()).toEqual([null, null])
})
