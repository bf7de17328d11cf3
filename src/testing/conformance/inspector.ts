import assert from 'node:assert/strict'
import type { JobState } from '../../model/job-state.js'
import { again, cancel, complete, fail, retry } from '../../model/lease.js'
import { RESULT_BYTES_MAX } from '../../model/units.js'
import type { ListParams } from '../../port/inspector.js'
import { json, newJob, newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import type { TestStore } from './test-store.js'

export const inspector = chapter('The inspector reads what is on record', {
  'what an attempt reports is kept: progress replaces, logs are appended, steps go by key': async (t) => {
    const [id] = await t.enqueue(newJob())
    const { receipt } = await t.claimOne()
    const line = (message: string): { at: number; level: 'info'; message: string } => ({
      at: 5,
      level: 'info',
      message,
    })
    const reports = [
      { receipt, progress: json(1), logs: [line('a'), line('b')], steps: [{ key: 's', value: json('old') }] },
      {
        receipt,
        progress: { json: '2', note: 'n' },
        steps: [
          { key: 's', value: json('new') },
          { key: 'r', value: json(0) },
        ],
      },
      { receipt, logs: [line('c\u2028')] },
      { receipt },
    ]
    assert.deepEqual(
      await t.backend.jobs.report({ reports }),
      reports.map(() => 'recorded'),
    )
    const details = await detailsOf(t, id!)
    assert.deepEqual([details.progress, details.logs], [{ json: '2', note: 'n' }, ['a', 'b', 'c\u2028'].map(line)])
    assert.deepEqual(
      new Map(details.steps.map(({ key, value }) => [key, value])),
      new Map([
        ['s', json('new')],
        ['r', json(0)],
      ]),
    )
    await t.settled(complete(receipt, null))
    assert.deepEqual(await detailsOf(t, id!), details)
  },

  'the log of a job is bounded, and its oldest lines go first': async (t) => {
    const [id] = await t.enqueue(newJob())
    const { receipt } = await t.claimOne()
    for (let round = 0; round < 10; round += 1) {
      const logs = Array.from({ length: 10 }, (_, at) => ({
        at: round,
        level: 'warn' as const,
        message: `${round}.${at} `.padEnd(2_000, 'é'),
      }))
      await t.backend.jobs.report({ reports: [{ receipt, logs }] })
    }
    const { logs } = await detailsOf(t, id!)
    const bytes = logs.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0)
    assert.ok(bytes <= RESULT_BYTES_MAX && bytes > RESULT_BYTES_MAX / 4)
    assert.ok(logs.at(-1)?.message.startsWith('9.9 '))
    assert.ok(logs.every(({ message }, at) => at === 0 || logs[at - 1]!.message < message))
  },

  'the errors of the last ten failed attempts are kept, the latest last': async (t) => {
    const [id] = await t.enqueue(newJob())
    const errors = Array.from({ length: 12 }, (_, at) => JSON.stringify({ name: 'E', message: String(at) }))
    for (const error of errors) await t.settled(retry((await t.claimOne()).receipt, { inMs: 0 }, error))
    const details = await detailsOf(t, id!)
    assert.deepEqual(
      details.errors.map(({ error }) => error),
      errors.slice(2),
    )
    await t.settled(fail((await t.claimOne()).receipt, 'exhausted', '{"name":"Last","message":""}'))
    assert.equal((await detailsOf(t, id!)).errors.at(-1)?.error, '{"name":"Last","message":""}')
  },

  'jobs of every state are listed a page at a time, each once': async (t) => {
    const sizes = await population(t)
    for (const [state, size] of Object.entries(sizes)) {
      const listed = await listAll(t, { state: state as JobState, limit: 4 })
      assert.equal(new Set(listed).size, listed.length)
      assert.equal(listed.length, size, state)
      assert.deepEqual((await listAll(t, { state: state as JobState, limit: 1_000 })).toSorted(), listed.toSorted())
    }
  },

  'a list can be narrowed to a queue and to a task': async (t) => {
    const ids: string[] = []
    for (let at = 0; at < 12; at += 1)
      ids.push(...(await t.enqueue(newJob({ queue: `q${at % 2}`, task: `t${at % 3}` }))))
    const at = (...places: readonly number[]): readonly string[] => places.map((place) => ids[place]!).toSorted()
    const list = async (params: Partial<ListParams>): Promise<readonly string[]> =>
      (await listAll(t, { state: 'pending', limit: 2, ...params })).toSorted()
    assert.deepEqual(await list({ queue: 'q1' }), at(1, 3, 5, 7, 9, 11))
    assert.deepEqual(await list({ task: 't2' }), at(2, 5, 8, 11))
    assert.deepEqual(await list({ queue: 'q1', task: 't2' }), at(5, 11))
    assert.deepEqual(await list({ queue: 'nobody' }), [])
  },

  'waiting jobs are listed in the order in which they are claimed': needs('clock', async (t) => {
    const now = await t.now()
    const jobs = [3, 1, 5, 1, 3].map((priority, at) => newJob({ priority: priority as 1, due: { at: now - at * 10 } }))
    await t.enqueue(...jobs)
    const listed = await listAll(t, { state: 'pending', queue: 'queue', limit: 2 })
    assert.deepEqual(listed, await t.claimIds())
  }),

  'finished jobs are listed the latest first': needs('clock', async (t) => {
    const finished: string[] = []
    for (let at = 0; at < 7; at += 1) {
      await t.enqueue(newJob())
      const { receipt, job } = await t.claimOne()
      await t.settled(complete(receipt, null))
      finished.unshift(job.id)
      await t.advance(10)
    }
    assert.deepEqual(await listAll(t, { state: 'completed', limit: 3 }), finished)
  }),

  'jobs that come and go between two pages do not hide those that stay': async (t) => {
    const ids = await t.enqueue(...newJobs(9))
    const first = await t.backend.inspector.list({ state: 'pending', limit: 3, after: null })
    await t.backend.jobs.delete({ ids: [first.jobs[2]!.id, ids[4]!] })
    await t.enqueue(newJob({ priority: 1 }))
    const rest = await listAll(t, { state: 'pending', limit: 3, after: first.next })
    assert.deepEqual(
      rest.filter((id) => ids.includes(id)),
      ids.filter((_, at) => at > 2 && at !== 4),
    )
  },

  'a cursor of another list, or of nobody, is refused': async (t) => {
    await t.enqueue(...newJobs(3))
    const { next } = await t.backend.inspector.list({ state: 'pending', limit: 1, after: null })
    const list = async (state: JobState, after: string): Promise<unknown> =>
      t.backend.inspector.list({ state, limit: 1, after })
    assert.ok(next !== null)
    await assert.rejects(list('completed', next), TypeError)
    for (const cursor of ['', 'nonsense', `${next}x`, '🙂', "' or 1=1 --"])
      await assert.rejects(list('pending', cursor), TypeError, cursor)
  },

  'counts tell how many jobs there are by queue, task and state, and how many there ever were': async (t) => {
    await t.enqueue(newJob({ task: 'a' }), newJob({ task: 'a' }), newJob({ task: 'b', queue: 'other' }))
    const [lease] = await t.leases({ tasks: ['a'], limit: 1 })
    await t.settled(complete(lease!.receipt, null))
    await t.backend.jobs.delete({ ids: [lease!.job.id] })
    const counts = await t.backend.inspector.counts({})
    const shown = counts.filter(({ count, state }) => count > 0 || state === 'completed')
    assert.deepEqual(shown.map(({ queue, task, state, count }) => [queue, task, state, count].join(' ')).toSorted(), [
      'other b pending 1',
      'queue a completed 0',
      'queue a pending 1',
    ])
    assert.equal(counts.find(({ state }) => state === 'completed')?.total, 1)
    const narrowed = await t.backend.inspector.counts({ queues: ['other'] })
    assert.deepEqual(new Set(narrowed.map(({ queue }) => queue)), new Set(['other']))
  },

  'lag tells since when the oldest claimable job of each queue is due': needs('clock', async (t) => {
    const now = await t.now()
    await t.enqueue(newJob({ due: { at: now - 500 }, priority: 5 }), newJob({ due: { at: now - 20 } }))
    await t.enqueue(newJob({ queue: 'later', due: { inMs: 1_000 } }), newJob({ queue: 'fresh' }))
    const lag = await t.backend.inspector.lag({})
    assert.deepEqual(
      new Map(lag.map(({ queue, dueAt }) => [queue, dueAt])),
      new Map([
        ['queue', now - 500],
        ['fresh', now],
      ]),
    )
  }),

  'the store describes itself': async (t) => {
    const facts = await t.backend.inspector.describe({})
    assert.ok(facts.length > 0)
    assert.ok(facts.every(({ label, value }) => label.length > 0 && typeof value === 'string'))
  },
})

/** Some jobs in every state; how many of each. */
async function population(t: TestStore): Promise<Partial<Record<JobState, number>>> {
  await t.enqueue(...newJobs(40, { queue: 'a' }), ...newJobs(40, { queue: 'b' }))
  const queues = [
    { queue: 'a', limit: 30 },
    { queue: 'b', limit: 30 },
  ]
  const leases = await t.leases({ limit: 60, queues })
  const ways = [
    (receipt: string) => complete(receipt, null),
    (receipt: string) => fail(receipt, 'exhausted', null),
    (receipt: string) => cancel(receipt, null),
    (receipt: string) => again(receipt, { inMs: 60_000 }, null),
  ]
  await t.settled(...leases.slice(0, 48).map(({ receipt }, at) => ways[at % 4]!(receipt)))
  const parents = [{ id: leases.at(-1)!.job.id, otherwise: 'fail' as const }]
  await t.enqueue(...newJobs(9, { parents }))
  return { blocked: 9, pending: 32, running: 12, completed: 12, failed: 12, cancelled: 12 }
}

async function listAll(
  t: TestStore,
  params: Omit<ListParams, 'after'> & { readonly after?: string | null },
): Promise<readonly string[]> {
  const ids: string[] = []
  for (let after = params.after ?? null, pages = 0; pages < 1_000; pages += 1) {
    const { jobs, next } = await t.backend.inspector.list({ ...params, after })
    assert.ok(jobs.length <= params.limit && jobs.every(({ state }) => state === params.state))
    ids.push(...jobs.map(({ id }) => id))
    if (next === null) return ids
    after = next
  }
  return assert.fail('a list must come to an end')
}

async function detailsOf(
  t: TestStore,
  id: string,
): Promise<NonNullable<Awaited<ReturnType<TestStore['backend']['inspector']['details']>>[number]>> {
  const [details] = await t.backend.inspector.details({ ids: [id] })
  assert.ok(details)
  return details
}
