import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteRig } from '../../../test/backends/sqlite-rig.js'
import { complete } from '../../model/lease.js'
import type { Backend } from '../../port/backend.js'
import type { EventCursor, JobEvent } from '../../port/event-log.js'
import { newJob, newJobs } from '../../testing/new-job.js'
import type { FakeClock } from '../../time/fake-clock.js'
import type { SqliteTx } from './client-types.js'
import { openDatabase } from './driver.js'

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

/** Reads to the end, so many events at a time. */
async function readAll(limit: number, after: EventCursor | null = null): Promise<readonly JobEvent[]> {
  const all: JobEvent[] = []
  for (let cursor = after; ;) {
    const page = await backend.events.read({ after: cursor, limit })
    expect(page.events.length).toBeLessThanOrEqual(limit)
    if (page.events.length === 0) return all
    all.push(...page.events)
    cursor = page.cursor
  }
}

async function prune(): Promise<void> {
  for (;;) {
    const { nextAt } = await backend.maintenance.tick({})
    if (nextAt > clock.now()) return
  }
}

async function count(table: 'events' | 'tombstones'): Promise<number> {
  const database = await openDatabase(rig.file)
  try {
    const [row] = database.prepare(`SELECT count(*) AS n FROM ${table}`).all() as { n: number }[]
    return Number(row?.n)
  } finally {
    database.close()
  }
}

test('a page ends wherever its limit falls, and the next one goes on inside the row of one commit', async () => {
  const jobs = newJobs(50)
  await backend.jobs.enqueue({ jobs })
  await backend.jobs.enqueue({ jobs: [newJob({ id: 'last', queue: 'mail', task: 'send' })] })
  expect(await count('events')).toBe(2)
  const all = await readAll(1_000)
  expect(all.map(({ id }) => id)).toEqual([...jobs.map(({ id }) => id), 'last'])
  expect(all.at(-1)).toEqual({ at: clock.now(), id: 'last', queue: 'mail', task: 'send', state: 'pending' })
  for (const limit of [1, 7, 49, 50, 51]) expect(await readAll(limit)).toEqual(all)
})

test('what is read behind the latest cursor happened later', async () => {
  await backend.jobs.enqueue({ jobs: newJobs(3) })
  const latest = await backend.events.latest({})
  expect(await backend.events.read({ after: latest, limit: 10 })).toEqual({ events: [], cursor: latest, missed: false })
  await backend.jobs.enqueue({ jobs: [newJob({ id: 'later' })] })
  expect((await readAll(10, latest)).map(({ id }) => id)).toEqual(['later'])
})

test('the life of a job is told in order, and its name after it was deleted', async () => {
  await backend.jobs.enqueue({ jobs: [newJob({ id: 'one' })] })
  const { leases } = await backend.jobs.claim({
    workerId: 'worker',
    leaseMs: 30_000,
    queues: [{ queue: 'queue', limit: 1 }],
    tasks: ['task'],
    limit: 1,
    suspects: true,
    from: 'highest',
  })
  await backend.jobs.settle({ settlements: [complete(leases[0]!.receipt, null)] })
  await backend.jobs.delete({ ids: ['one'] })
  const events = await readAll(1)
  expect(events.map(({ id, queue, task, state }) => [id, queue, task, state])).toEqual(
    ['pending', 'running', 'completed', 'deleted'].map((state) => ['one', 'queue', 'task', state]),
  )
})

test('commits that share one are told in the order of their calls', async () => {
  await Promise.all([
    backend.jobs.enqueue({ jobs: [newJob({ id: 'a' })] }),
    backend.jobs.cancel({ ids: ['a'], reason: null }),
    backend.jobs.enqueue({ jobs: [newJob({ id: 'b' })] }),
  ])
  expect((await readAll(1)).map(({ id, state }) => [id, state])).toEqual([
    ['a', 'pending'],
    ['a', 'cancelled'],
    ['b', 'pending'],
  ])
})

test('events are kept for an hour, and whoever comes later is told that some are missing', async () => {
  const start = await backend.events.latest({})
  await backend.jobs.enqueue({ jobs: [newJob({ id: 'old' })] })
  const { cursor } = await backend.events.read({ after: start, limit: 10 })
  await clock.advance(3_599_999)
  await backend.jobs.enqueue({ jobs: [newJob({ id: 'new' })] })
  await prune()
  expect(await count('events')).toBe(2)
  await clock.advance(1)
  await prune()
  expect(await count('events')).toBe(1)
  expect(await backend.events.read({ after: start, limit: 10 })).toMatchObject({
    events: [{ id: 'new' }],
    missed: true,
  })
  expect(await backend.events.read({ after: null, limit: 10 })).toMatchObject({
    events: [{ id: 'new' }],
    missed: false,
  })
  expect(await backend.events.read({ after: cursor, limit: 10 })).toMatchObject({
    events: [{ id: 'new' }],
    missed: false,
  })
})

test('a reader that had read everything has missed nothing when everything is forgotten', async () => {
  await backend.jobs.enqueue({ jobs: newJobs(3) })
  const { cursor } = await backend.events.read({ after: null, limit: 3 })
  await clock.advance(3_600_000)
  await prune()
  expect(await backend.events.read({ after: cursor, limit: 10 })).toEqual({ events: [], cursor, missed: false })
  expect(await backend.events.latest({})).toBe(cursor)
})

test('the names of deleted jobs are forgotten with the last event that speaks of them', async () => {
  await backend.jobs.enqueue({ jobs: newJobs(20) })
  const ids = (await readAll(100)).map(({ id }) => id)
  await clock.advance(60_000)
  await backend.jobs.delete({ ids })
  await clock.advance(3_599_999)
  await prune()
  expect([await count('tombstones'), (await readAll(100)).map(({ id }) => id)]).toEqual([20, ids])
  await clock.advance(1)
  await prune()
  expect([await count('tombstones'), await count('events')]).toEqual([0, 0])
})

test('a cursor that no store of ours has given is refused', async () => {
  for (const after of ['', 'm1', 's1', 's1.x', 's-1.0', 's99.0', `s${'9'.repeat(16)}.0`]) {
    await expect(backend.events.read({ after, limit: 1 }), after).rejects.toThrow(TypeError)
  }
})
