import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { memoryClient } from '../../test/client/memory-client.js'
import { encode } from '../codec/encode.js'
import { encodeError } from '../codec/encode-error.js'
import type { Lease } from '../model/lease.js'
import { complete, retry } from '../model/lease.js'
import { task } from '../model/task-definition.js'
import type { Backend } from '../port/backend.js'
import type { FakeClock } from '../time/fake-clock.js'
import type { Client } from './client.js'
import type { JobChange } from './watch.js'

const mail = task('mail', { queue: 'mail', run: (_input: { to: string }) => 1 })
const sweep = task('sweep', () => 1)

let clock: FakeClock
let backend: Backend
let client: Client

beforeEach(() => {
  ;({ clock, backend, client } = memoryClient())
})

afterEach(() => client.close())

async function claim(limit = 1): Promise<readonly Lease[]> {
  const queues = ['mail', 'default'].map((queue) => ({ queue, limit }))
  const params = { workerId: 'w1', leaseMs: 30_000, queues, tasks: ['mail', 'sweep'], limit, suspects: false }
  return (await backend.jobs.claim({ ...params, from: 'highest' })).leases
}

async function settleFirst(settle: (receipt: string) => Parameters<Backend['jobs']['settle']>[0]['settlements'][0]) {
  const [lease] = await claim()
  if (lease === undefined) throw new Error('nothing was due')
  await backend.jobs.settle({ settlements: [settle(lease.receipt)] })
}

describe('a view of a job', () => {
  test('shows values and dates, at every stage of its life', async () => {
    const job = await client.enqueue(mail, { to: 'a' }, { unique: 'u', delay: 1000 })
    expect(await client.get(job)).toMatchObject({ state: 'scheduled', uniqueKey: 'task/mail/u', leaseUntil: null })
    await clock.advance(1000)
    expect(await client.get(job)).toMatchObject({ state: 'pending', dueAt: new Date(clock.now()) })
    await settleFirst((receipt) => retry(receipt, { inMs: 5000 }, encodeError(new Error('try later'))))
    expect(await client.get(job)).toMatchObject({
      state: 'retrying',
      tries: 1,
      error: { message: 'try later' },
      dueAt: new Date(clock.now() + 5000),
    })
    await clock.advance(5000)
    const [lease] = await claim()
    expect(await client.get(job)).toMatchObject({ state: 'running', workerId: 'w1', dueAt: null })
    expect((await client.get(job))?.leaseUntil).toEqual(new Date(clock.now() + 30_000))
    const result = encode({ at: new Date(5) })
    await backend.jobs.settle({ settlements: [complete(lease?.receipt ?? '', result)] })
    expect(await client.get(job)).toMatchObject({ state: 'completed', result: { at: new Date(5) }, workerId: null })
  })

  test('is null for a job that nobody knows, and a TypeError for what cannot be one', async () => {
    expect(await client.get('nobody')).toBeNull()
    expect(await client.details('nobody')).toBeNull()
    await expect(client.get(7 as never)).rejects.toThrow(/job: expected an id or a handle, got number/)
  })

  test('has details: progress, log lines and errors', async () => {
    const job = await client.enqueue(sweep)
    const [lease] = await claim()
    const receipt = lease?.receipt ?? ''
    const logs = [{ at: clock.now(), level: 'info', message: 'half way' }] as const
    await backend.jobs.report({ reports: [{ receipt, progress: encode({ done: 5n }), logs }] })
    await backend.jobs.settle({ settlements: [retry(receipt, { inMs: 0 }, encodeError(new Error('no')))] })
    const at = new Date(clock.now())
    expect(await client.details(job)).toMatchObject({
      progress: { done: 5n },
      logs: [{ at, level: 'info', message: 'half way' }],
      errors: [{ at, error: { message: 'no' } }],
    })
  })
})

describe('a list', () => {
  test('goes through all pages and keeps the order', async () => {
    const made = await client.enqueue(Array.from({ length: 25 }, () => sweep.with()))
    const first = await client.list({ limit: 10 })
    expect(first.jobs.map(({ id }) => id)).toEqual(made.slice(0, 10).map(({ id }) => id))
    const second = await client.list({ limit: 10, after: first.next })
    expect(second.jobs[0]?.id).toBe(made[10]?.id)
    const all: string[] = []
    for await (const { id } of client.jobs({ limit: 7 })) all.push(id)
    expect(all).toEqual(made.map(({ id }) => id))
  })

  test('is filtered by queue, task and what people are shown', async () => {
    await client.enqueue([mail.with({ to: 'a' }), sweep.with(), sweep.with(undefined, { id: 'later', delay: 1000 })])
    const ids = async (options: Parameters<Client['list']>[0]): Promise<number> =>
      (await client.list(options)).jobs.length
    expect(await ids({ queue: 'mail' })).toBe(1)
    expect(await ids({ task: 'sweep' })).toBe(2)
    expect((await client.list({ state: 'scheduled' })).jobs.map(({ id }) => id)).toEqual(['later'])
    expect(await ids({ state: 'completed' })).toBe(0)
  })

  test('refuses what makes no sense', async () => {
    await expect(client.list({ limit: 0 })).rejects.toThrow(/limit: expected a whole number from 1 to 1000, got 0/)
    await expect(client.list({ state: 'lost' as never })).rejects.toThrow(
      /state: expected one of blocked, .* got "lost"/,
    )
    const misspelt = { status: 'failed' } as object
    await expect(client.list(misspelt)).rejects.toThrow(/^list: expected options among .*state.*, got "status"$/)
    await expect(client.list({ after: 'foreign' })).rejects.toThrow(TypeError)
  })
})

test('counts follow every change', async () => {
  await client.enqueue([mail.with({ to: 'a' }), sweep.with(), sweep.with()])
  await settleFirst((receipt) => complete(receipt, null))
  expect(await client.counts({ queues: ['mail'] })).toMatchObject([
    { queue: 'mail', task: 'mail', state: 'pending', count: 0, total: 1 },
    { queue: 'mail', task: 'mail', state: 'running', count: 0, total: 1 },
    { queue: 'mail', task: 'mail', state: 'completed', count: 1, total: 1 },
  ])
  expect(await client.counts()).toHaveLength(4)
})

describe('control', () => {
  test('of one job answers with one outcome, of many with a list', async () => {
    const [a, b] = await client.enqueue([sweep.with(), sweep.with()])
    expect(await client.cancel(a)).toBe('cancelled')
    expect(await client.cancel([a, b.id, 'nobody'], { reason: 'enough' })).toEqual(['finished', 'cancelled', 'unknown'])
    expect(await client.get(b)).toMatchObject({ state: 'cancelled', cancelReason: 'enough' })
    expect(await client.retry(a)).toBe('retried')
    expect(await client.retry([a, b])).toEqual(['pending', 'retried'])
    expect(await client.delete(a)).toBe('deleted')
    expect(await client.delete([a, b])).toEqual(['unknown', 'deleted'])
  })

  test('purge removes what fits and says how many, but never what runs', async () => {
    await client.enqueue(Array.from({ length: 1200 }, (_, n) => (n < 700 ? sweep.with() : mail.with({ to: 'a' }))))
    await claim(5)
    const purged = [
      await client.purge({ state: 'pending', queue: 'mail' }),
      await client.purge({ state: 'pending', task: 'sweep' }),
    ]
    expect(purged.reduce((sum, count) => sum + count)).toBe(1195)
    await client.enqueue([sweep.with(), sweep.with(undefined, { delay: 1000 })])
    expect(await client.purge({ state: 'scheduled' })).toBe(1)
    expect(await client.purge({ state: 'pending' })).toBe(1)
    expect((await client.list({ state: 'running' })).jobs).toHaveLength(5)
    await expect(client.purge({ state: 'running' as never })).rejects.toThrow(/cancel running jobs first/)
  })

  test('purge without a state is refused, and nothing is removed', async () => {
    await client.enqueue(sweep)
    await expect(client.purge({} as never)).rejects.toThrow(TypeError)
    await expect(client.purge(undefined as never)).rejects.toThrow('purge: state: expected the state')
    // @ts-expect-error the types ask for it too
    await expect(client.purge({ queue: 'default' })).rejects.toThrow(TypeError)
    expect((await client.list({})).jobs).toHaveLength(1)
  })

  test('purge stops between two pages', async () => {
    await client.enqueue(Array.from({ length: 1200 }, () => sweep.with()))
    const stop = new AbortController()
    const remove = backend.jobs.delete.bind(backend.jobs)
    backend.jobs.delete = async (params) => {
      stop.abort(new Error('enough'))
      return remove({ ids: params.ids })
    }
    await expect(client.purge({ state: 'pending', signal: stop.signal })).rejects.toThrow('enough')
    expect((await client.list({ limit: 1000 })).jobs).toHaveLength(700)
  })
})

describe('queues', () => {
  test('are paused, resumed, changed and listed', async () => {
    expect(await client.queues.pause('mail')).toMatchObject({ name: 'mail', paused: true })
    await client.enqueue(mail, { to: 'a' })
    expect(await claim()).toEqual([])
    expect(await client.queues.set('mail', { concurrency: 3, completedFor: '1 hour', failedFor: null })).toMatchObject({
      paused: true,
      concurrency: 3,
      completedForMs: 3_600_000,
      completedMax: null,
      failedForMs: null,
    })
    expect(await client.queues.resume('mail')).toMatchObject({ paused: false, concurrency: 3 })
    expect(await claim()).toHaveLength(1)
    expect((await client.queues.list()).map(({ name }) => name)).toEqual(['mail'])
    expect(await client.queues.remove('mail')).toBe('not-empty')
  })

  test('refuse what makes no sense', async () => {
    await expect(client.queues.pause('a b')).rejects.toThrow(/queue name/)
    await expect(client.queues.set('mail', { concurrency: 0 })).rejects.toThrow(/queue "mail": concurrency: .* got 0/)
    const misspelt = client.queues.set('mail', { concurency: 1 } as never)
    await expect(misspelt).rejects.toThrow(/queue "mail": expected options among .*, got "concurency"/)
    await expect(client.queues.set('mail', { completedFor: -1 })).rejects.toThrow(/queue "mail": completedFor/)
  })
})

describe('a watch', () => {
  test('tells changes in their order from its first read on, and ends with its signal', async () => {
    await client.enqueue(sweep)
    const stop = new AbortController()
    const seen: JobChange[] = []
    const watching = (async () => {
      for await (const change of client.watch({ signal: stop.signal, task: 'sweep' })) seen.push(change)
    })()
    await clock.settle()
    const job = await client.enqueue(sweep)
    await client.enqueue(mail, { to: 'a' })
    await client.cancel(job)
    await clock.advance(10)
    expect(seen).toMatchObject([
      { id: job.id, queue: 'default', task: 'sweep', state: 'pending', gap: false, at: new Date(clock.now() - 10) },
      { id: job.id, state: 'cancelled' },
    ])
    stop.abort()
    await watching
    expect(clock.timers).toEqual([])
  })

  test('says when changes went by unseen', async () => {
    const read = backend.events.read.bind(backend.events)
    backend.events.read = async (params) => ({ ...(await read(params)), missed: true })
    const changes = client.watch()
    const next = changes.next()
    await clock.settle()
    await client.enqueue(sweep)
    await clock.advance(10)
    expect((await next).value).toMatchObject({ state: 'pending', gap: true })
    await changes.return()
  })

  test('ends when the client is closed', async () => {
    const watching = client.watch().next()
    await clock.settle()
    await client.close()
    expect(await watching).toEqual({ done: true, value: undefined })
    expect(clock.timers).toEqual([])
  })
})
