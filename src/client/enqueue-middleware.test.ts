import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clientOn } from '../../test/client/memory-client.js'
import { memory } from '../backends/memory/memory-backend.js'
import { task } from '../model/task-definition.js'
import type { Backend } from '../port/backend.js'
import { FakeClock } from '../time/fake-clock.js'
import type { Client } from './client.js'
import type { EnqueueMiddleware } from './enqueue-middleware.js'

const greet = task('greet', (input: string) => input)

let clock: FakeClock
let backend: Backend
let writes: number
let open: Client[]

beforeEach(() => {
  clock = new FakeClock()
  backend = memory({ clock })
  writes = 0
  open = []
  const enqueue = backend.jobs.enqueue.bind(backend.jobs)
  backend.jobs.enqueue = async (params) => {
    writes += 1
    return enqueue(params)
  }
})

afterEach(async () => {
  for (const client of open) await client.close()
})

function makeClient(...middleware: readonly EnqueueMiddleware[]): Client {
  const client = clientOn(backend, clock, { middleware })
  open.push(client)
  return client
}

const suffix =
  (text: string): EnqueueMiddleware =>
  async (request, next) =>
    next({ ...request, payload: `${String(request.payload)}${text}` })

const refuse: EnqueueMiddleware = async (request, next) => {
  if (request.payload === 'bad') throw new RangeError('not this one')
  return next(request)
}

describe('around one job', () => {
  test('the first is outermost, and each may change the job', async () => {
    const client = makeClient(suffix('1'), suffix('2'))
    const job = await client.enqueue(greet, 'x')
    expect(await job.get()).toMatchObject({ payload: 'x12' })
  })

  test('a refusal is told and nothing is written', async () => {
    await expect(makeClient(refuse).enqueue(greet, 'bad')).rejects.toThrow('not this one')
    expect(writes).toBe(0)
  })

  test('it sees the handle, and how the store answered', async () => {
    const seen: string[] = []
    const client = makeClient(async (request, next) => {
      const handle = await next(request)
      seen.push(handle.status)
      return handle
    })
    await client.enqueue(greet, 'x', { id: 'a' })
    await client.enqueue(greet, 'x', { id: 'a' })
    expect(seen).toEqual(['inserted', 'duplicate'])
  })

  test('what it changes is checked like any job', async () => {
    const client = makeClient(async (request, next) => next({ ...request, options: { delay: -1 } }))
    await expect(client.enqueue(greet, 'x')).rejects.toThrow(/delay/)
    expect(writes).toBe(0)
  })

  test.each<readonly [string, EnqueueMiddleware, RegExp]>([
    ['calls next twice', async (request, next) => next(request).then(async () => next(request)), /got a second call/],
    ['does not call next', async () => undefined as never, /got no call of next/],
    ['returns something else', async (request, next) => next(request).then(() => 7 as never), /got number/],
  ])('one that %s is told so', async (_what, middleware, message) => {
    await expect(makeClient(middleware).enqueue(greet, 'x')).rejects.toThrow(message)
  })
})

describe('around many jobs', () => {
  test('each goes through it, and all go in one write', async () => {
    const client = makeClient(suffix('!'))
    const jobs = await client.enqueue(['a', 'b', 'c'].map((name) => greet.with(name)))
    const payloads = await Promise.all(jobs.map(async (job) => (await job.get())?.payload))
    expect(payloads).toEqual(['a!', 'b!', 'c!'])
    expect(writes).toBe(1)
  })

  test('one refusal stores nothing of them', async () => {
    const client = makeClient(refuse)
    await expect(client.enqueue(['a', 'bad', 'c'].map((name) => greet.with(name)))).rejects.toThrow('not this one')
    expect(writes).toBe(0)
  })

  test('a slow layer is waited for', async () => {
    const client = makeClient(async (request, next) => {
      if (request.payload === 'slow') await clock.sleep(1000)
      return next(request)
    })
    const enqueued = client.enqueue([greet.with('slow'), greet.with('quick')])
    await clock.advance(999)
    expect(writes).toBe(0)
    await clock.advance(1)
    expect(await enqueued).toHaveLength(2)
  })

  test('a failure of the store reaches every layer and the caller', async () => {
    const seen: unknown[] = []
    const client = makeClient(async (request, next) =>
      next(request).catch((error: unknown) => {
        seen.push(error)
        throw error
      }),
    )
    const failure = new Error('no space left')
    backend.jobs.enqueue = async () => Promise.reject(failure)
    await expect(client.enqueue([greet.with('a'), greet.with('b')])).rejects.toBe(failure)
    expect(seen).toEqual([failure, failure])
  })

  test('none of them needs no layer', async () => {
    expect(await makeClient(refuse).enqueue([])).toEqual([])
  })
})
