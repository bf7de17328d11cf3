import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteRig } from '../../../test/backends/sqlite-rig.js'
import { release } from '../../model/lease.js'
import type { Backend } from '../../port/backend.js'
import type { NodeRecord } from '../../port/control-store.js'
import type { ClaimResult } from '../../port/job-store.js'
import { newJob, newJobs } from '../../testing/new-job.js'
import type { FakeClock } from '../../time/fake-clock.js'
import type { SqliteTx } from './client-types.js'

let rig: SqliteRig
let clock: FakeClock
let backend: Backend<SqliteTx>

beforeEach(async () => {
  rig = await SqliteRig.open()
  ;({ backend, clock } = rig)
})

afterEach(async () => {
  await rig.close()
})

const node = (id: string): NodeRecord => ({
  id,
  kind: 'worker',
  host: 'localhost',
  pid: 1,
  startedAt: 0,
  queues: ['queue'],
  tasks: ['task'],
  running: 0,
  beatMs: 10_000,
})

async function claim(workerId: string, limit: number): Promise<ClaimResult> {
  const queues = [{ queue: 'queue', limit }]
  return backend.jobs.claim({
    workerId,
    leaseMs: 30_000,
    queues,
    tasks: ['task'],
    limit,
    suspects: true,
    from: 'highest',
  })
}

async function queueNames(): Promise<readonly string[]> {
  return (await backend.control.listQueues({})).map(({ name }) => name)
}

test('a beat tells a node of the cancel requests of its own jobs, until their leases end', async () => {
  await backend.jobs.enqueue({ jobs: newJobs(4) })
  const [mine, yours] = [await claim('me', 2), await claim('you', 2)]
  const idOf = ({ leases }: ClaimResult, at: number): string => leases[at]!.job.id
  await backend.jobs.cancel({ ids: [idOf(mine, 0), idOf(yours, 1)], reason: null })
  const requests = async (id: string): Promise<readonly string[]> =>
    (await backend.control.beat({ node: node(id), locks: [] })).cancelRequests
  expect([await requests('me'), await requests('you'), await requests('else')]).toEqual([
    [idOf(mine, 0)],
    [idOf(yours, 1)],
    [],
  ])
  await backend.jobs.settle({ settlements: [release(mine.leases[0]!.receipt)] })
  expect(await requests('me')).toEqual([])
})

test('a queue that was removed is not listed again before it has a job again', async () => {
  await backend.jobs.enqueue({ jobs: [newJob({ id: 'one', queue: 'mail' })] })
  expect(await backend.control.removeQueues({ names: ['mail'] })).toEqual(['not-empty'])
  await backend.jobs.delete({ ids: ['one'] })
  expect(await queueNames()).toEqual(['mail'])
  expect(await backend.control.removeQueues({ names: ['mail', 'mail'] })).toEqual(['removed', 'unknown'])
  expect(await queueNames()).toEqual([])
  await backend.jobs.enqueue({ jobs: [newJob({ queue: 'mail' })] })
  expect(await queueNames()).toEqual(['mail'])
  expect(await backend.maintenance.verify({})).toEqual([])
})

test('a queue is not empty for a removal that shares the commit of a new job', async () => {
  await backend.control.putQueues({ queues: [{ name: 'mail', paused: true }] })
  const [, removed] = await Promise.all([
    backend.jobs.enqueue({ jobs: [newJob({ queue: 'mail' })] }),
    backend.control.removeQueues({ names: ['mail'] }),
  ])
  expect(removed).toEqual(['not-empty'])
  expect(await backend.maintenance.verify({})).toEqual([])
})

test('settings, topics and nodes are on record when the file is opened again', async () => {
  const [queue] = await backend.control.putQueues({
    queues: [{ name: 'mail', paused: true, concurrency: 3, completedForMs: 0, completedMax: 0, failedForMs: 5 }],
  })
  const topic = { name: 'paid', subscriptions: [{ task: 'send', queue: 'mail' }] }
  await backend.control.putTopics({ topics: [topic] })
  const { settingsRevision } = await backend.control.beat({ node: node('me'), locks: [] })
  backend = await rig.reopen()
  expect(await backend.control.listQueues({})).toEqual([queue])
  expect(await backend.control.listTopics({})).toEqual([topic])
  expect(await backend.control.listNodes({})).toEqual([{ ...node('me'), seenAt: clock.now() }])
  expect((await backend.control.beat({ node: node('me'), locks: [] })).settingsRevision).toBe(settingsRevision)
})

test('a node that was seen in the future is gone when the clock was set back', async () => {
  await backend.control.beat({ node: node('me'), locks: [] })
  clock.jump(-7_200_000)
  expect(await backend.control.listNodes({})).toEqual([])
  await backend.maintenance.tick({})
  await backend.control.beat({ node: node('you'), locks: [] })
  expect((await backend.control.listNodes({})).map(({ id }) => id)).toEqual(['you'])
})

test('a queue named like a property of every object is a queue like others', async () => {
  const names = ['__proto__', 'constructor', 'toString']
  await backend.control.putQueues({ queues: names.map((name) => ({ name, paused: true })) })
  expect(await queueNames()).toEqual(names)
  expect((await backend.control.beat({ node: node('me'), locks: [] })).paused.toSorted()).toEqual(names)
})
