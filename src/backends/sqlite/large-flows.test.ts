import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteRig } from '../../../test/backends/sqlite-rig.js'
import type { NewJob } from '../../model/job.js'
import { complete, fail } from '../../model/lease.js'
import type { Backend } from '../../port/backend.js'
import { claimParams } from '../../testing/conformance/test-store.js'
import { newJob, newJobs } from '../../testing/new-job.js'
import type { FakeClock } from '../../time/fake-clock.js'
import type { SqliteTx } from './client-types.js'

// Three cases of the conformance suite enqueue more at one time than this store takes; here they are with smaller calls.

const COUNT = 5000
const DAY_MS = 86_400_000

let rig: SqliteRig
let clock: FakeClock
let backend: Backend<SqliteTx>

beforeEach(async () => {
  rig = await SqliteRig.open()
  ;({ backend, clock } = rig)
})

afterEach(async () => {
  expect(await backend.maintenance.verify({})).toEqual([])
  await rig.close()
})

async function enqueue(jobs: readonly NewJob[]): Promise<void> {
  const { enqueueItems } = backend.limits
  for (let at = 0; at < jobs.length; at += enqueueItems) {
    await backend.jobs.enqueue({ jobs: jobs.slice(at, at + enqueueItems) })
  }
}

async function counts(): Promise<Record<string, number>> {
  const records = await backend.inspector.counts({})
  return Object.fromEntries(records.filter(({ count }) => count > 0).map(({ state, count }) => [state, count]))
}

test('a chain of thousands becomes unreachable in one go', async () => {
  const jobs = newJobs(COUNT)
  await enqueue(
    jobs.map((job, at) => (at === 0 ? job : { ...job, parents: [{ id: jobs[at - 1]!.id, otherwise: 'fail' }] })),
  )
  const { leases } = await backend.jobs.claim(claimParams())
  await backend.jobs.settle({ settlements: leases.map(({ receipt }) => fail(receipt, 'terminated', null)) })
  expect(await counts()).toEqual({ failed: COUNT })
})

test('a backlog of an unknown task ahead holds nobody up, and costs its jobs nothing', async () => {
  const unknown = newJobs(COUNT, { task: 'unknown', priority: 1 })
  await enqueue(unknown)
  const known = newJob()
  await enqueue([known])
  const { leases } = await backend.jobs.claim(claimParams())
  expect(leases.map(({ job }) => job.id)).toEqual([known.id])
  const [record] = await backend.inspector.get({ ids: [unknown[0]!.id] })
  expect([record?.tries, record?.fence, record?.state]).toEqual([0, 0, 'pending'])
})

test('a large backlog of finished jobs is pruned in batches', async () => {
  await enqueue(newJobs(COUNT))
  for (let done = 0; done < COUNT; done += 1000) {
    const { leases } = await backend.jobs.claim(claimParams({ limit: 1000 }))
    await backend.jobs.settle({ settlements: leases.map(({ receipt }) => complete(receipt, null)) })
  }
  await clock.advance(2 * DAY_MS)
  let pruned = 0
  for (let ticks = 0; ticks < 10; ticks += 1) {
    const tick = await backend.maintenance.tick({})
    expect(tick.pruned).toBe(500)
    pruned += tick.pruned
    expect(tick.nextAt <= clock.now()).toBe(pruned < COUNT)
  }
  expect(await counts()).toEqual({})
})
