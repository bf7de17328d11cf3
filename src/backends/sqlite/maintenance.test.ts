import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteRig } from '../../../test/backends/sqlite-rig.js'
import { complete } from '../../model/lease.js'
import type { Backend } from '../../port/backend.js'
import { claimParams } from '../../testing/conformance/test-store.js'
import { newJobs } from '../../testing/new-job.js'
import type { FakeClock } from '../../time/fake-clock.js'

let rig: SqliteRig
let clock: FakeClock
let backend: Backend

beforeEach(async () => {
  rig = await SqliteRig.open()
  ;({ backend, clock } = rig)
})

afterEach(async () => {
  await rig.close()
})

async function completeJobs(count: number): Promise<void> {
  await backend.jobs.enqueue({ jobs: newJobs(count) })
  const { leases } = await backend.jobs.claim(claimParams({ limit: count, leaseMs: 60_000 }))
  await backend.jobs.settle({ settlements: leases.map(({ receipt }) => complete(receipt, null)) })
}

async function waitMs(): Promise<number> {
  return (await backend.maintenance.tick({})).nextAt - clock.now()
}

test('maintenance looks again soon while jobs come and go, and seldom when nothing happens', async () => {
  expect(await waitMs()).toBe(60_000)
  await completeJobs(10)
  expect(await waitMs()).toBe(2_000)
  expect(await waitMs()).toBe(60_000)
})

test('while more jobs stay than their queue keeps, maintenance says that there is more to do now', async () => {
  await backend.control.putQueues({ queues: [{ name: 'queue', completedMax: 100 }] })
  await completeJobs(1_000)
  expect(await backend.maintenance.tick({})).toMatchObject({ pruned: 500 })
  await completeJobs(500)
  const tick = await backend.maintenance.tick({})
  expect(tick.pruned).toBe(500)
  expect(tick.nextAt).toBeLessThanOrEqual(clock.now())
})
