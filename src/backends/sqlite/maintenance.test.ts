import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { complete } from '../../model/lease.js'
import type { Backend } from '../../port/backend.js'
import { newJobs } from '../../testing/new-job.js'
import { FakeClock } from '../../time/fake-clock.js'
import { sqlite } from './sqlite-backend.js'

let folder: string
let clock: FakeClock
let backend: Backend

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rota-sqlite-'))
  clock = new FakeClock()
  backend = sqlite({ file: join(folder, 'jobs.db'), clock })
  await backend.open()
})

afterEach(async () => {
  await backend.close()
  rmSync(folder, { recursive: true })
})

async function completeJobs(count: number): Promise<void> {
  const jobs = newJobs(count)
  await backend.jobs.enqueue({ jobs })
  const queues = [{ queue: 'queue', limit: count }]
  const tasks = [...new Set(jobs.map(({ task }) => task))]
  const claim = {
    workerId: 'w',
    leaseMs: 60_000,
    queues,
    tasks,
    limit: count,
    suspects: false,
    from: 'highest',
  } as const
  const { leases } = await backend.jobs.claim(claim)
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
