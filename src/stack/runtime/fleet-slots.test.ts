import { expect, test } from 'vitest'
import { memory } from '../../backends/memory/memory-backend.js'
import { FakeClock } from '../../time/fake-clock.js'
import { seededRandom } from '../../time/random.js'
import { FleetSlots } from './fleet-slots.js'

const never = new AbortController().signal

function fleet(count: number): { readonly clock: FakeClock; readonly worker: () => FleetSlots } {
  const clock = new FakeClock()
  const { locks } = memory({ clock })
  const random = seededRandom('fleet-slots')
  return { clock, worker: () => new FleetSlots({ task: 't', count, locks: async () => locks, clock, random }) }
}

test('as many slots as there are can be taken over all workers, and again when they are given back', async () => {
  const { worker } = fleet(3)
  const [one, other] = [worker(), worker()]
  const taken = await Promise.all([
    one.take(never),
    other.take(never),
    one.take(never),
    other.take(never),
    one.take(never),
  ])
  const held = taken.filter((slot) => slot !== null)
  expect(held.length).toBeLessThanOrEqual(3)
  for (let slot = await other.take(never); slot !== null; slot = await other.take(never)) held.push(slot)
  for (let slot = await one.take(never); slot !== null; slot = await one.take(never)) held.push(slot)
  expect(held).toHaveLength(3)
  await held[0]?.release()
  expect(await worker().take(never)).not.toBe(null)
  expect(await worker().take(never)).toBe(null)
})

test('a slot is kept for as long as a run takes, and lapses when its worker has died', async () => {
  const { clock, worker } = fleet(1)
  const slot = await worker().take(never)
  await clock.advance(600_000)
  expect(await worker().take(never)).toBe(null)
  await slot?.release()
  const dying = fleet(1)
  const { locks } = memory({ clock: dying.clock })
  await locks.acquire({ locks: [{ name: '~slot/t/0', holder: 'gone', ttlMs: 30_000 }] })
  const waiting = new FleetSlots({
    task: 't',
    count: 1,
    locks: async () => locks,
    clock: dying.clock,
    random: seededRandom(1),
  })
  expect(await waiting.take(never)).toBe(null)
  await dying.clock.advance(30_001)
  expect(await waiting.take(never)).not.toBe(null)
})

test('runs that find no slot come back one after the other, and one that comes back in vain waits no longer for it', async () => {
  const { clock, worker } = fleet(2)
  const slots = worker()
  expect([slots.restMs(), slots.restMs(), slots.restMs()]).toEqual([1_000, 1_500, 2_000])
  await clock.advance(1_500)
  expect(slots.restMs()).toBe(1_000)
  for (let many = 0; many < 5_000; many++) slots.restMs()
  expect(slots.restMs()).toBe(600_000)
})
