import { expect, test } from 'vitest'
import { complete } from '../../model/lease.js'
import type { Backend } from '../../port/backend.js'
import { claimParams } from '../../testing/conformance/test-store.js'
import { newJobs } from '../../testing/new-job.js'
import { FakeClock } from '../../time/fake-clock.js'
import { memory } from './memory-backend.js'

async function completeJobs(store: Backend, count: number): Promise<readonly string[]> {
  const jobs = newJobs(count)
  await store.jobs.enqueue({ jobs })
  const { leases } = await store.jobs.claim(claimParams({ limit: count }))
  await store.jobs.settle({ settlements: leases.map(({ receipt }) => complete(receipt, null)) })
  return jobs.map(({ id }) => id)
}

async function kept(store: Backend): Promise<number> {
  const counts = await store.inspector.counts({})
  return counts.filter(({ state }) => state === 'completed').reduce((sum, { count }) => sum + count, 0)
}

test('completed jobs do not pile up between two ticks of maintenance, and the oldest go first', async () => {
  const store = memory({ clock: new FakeClock() })
  await store.control.putQueues({ queues: [{ name: 'queue', completedMax: 100 }] })
  const first = await completeJobs(store, 1_000)
  for (let batch = 0; batch < 20; batch += 1) await completeJobs(store, 500)
  const last = await completeJobs(store, 500)
  expect(await kept(store)).toBe(1_100)
  expect((await store.inspector.get({ ids: first })).every((job) => job === null)).toBe(true)
  expect((await store.inspector.get({ ids: last })).every((job) => job !== null)).toBe(true)
  expect(await store.maintenance.verify({})).toEqual([])
})

test('what is a little above its bound waits for maintenance, so that results can be read', async () => {
  const store = memory({ clock: new FakeClock() })
  await store.control.putQueues({ queues: [{ name: 'queue', completedMax: 0 }] })
  await completeJobs(store, 1_000)
  expect(await kept(store)).toBe(1_000)
  expect((await store.maintenance.tick({})).pruned).toBe(1_000)
})
