import { afterEach, beforeEach, expect, test } from 'vitest'
import { clientOn, memoryClient } from '../../test/client/memory-client.js'
import { encode } from '../codec/encode.js'
import { encodeError } from '../codec/encode-error.js'
import { encodeResult } from '../codec/encode-result.js'
import { RotaError } from '../model/errors.js'
import { complete, fail, type Settlement } from '../model/lease.js'
import { task } from '../model/task-definition.js'
import type { Backend } from '../port/backend.js'
import type { EventLog } from '../port/event-log.js'
import type { Inspector } from '../port/inspector.js'
import type { FakeClock } from '../time/fake-clock.js'
import type { Client } from './client.js'
import type { JobHandle } from './job-handle.js'

const work = task('work', (_input: number) => new Date(0))

let clock: FakeClock
let backend: Backend
let client: Client
let lookups: string[][]
let reads: number

beforeEach(() => {
  ;({ clock, backend, client } = memoryClient())
  lookups = []
  reads = 0
  const { inspector, events } = backend
  const get: Inspector['get'] = inspector.get.bind(inspector)
  inspector.get = async (params) => {
    lookups.push([...params.ids])
    return get(params)
  }
  const read: EventLog['read'] = events.read.bind(events)
  events.read = async (params) => {
    reads += 1
    return read(params)
  }
})

afterEach(() => client.close())

/** Runs everything that is due, as `settle` says. */
async function run(settle: (receipt: string) => Settlement): Promise<void> {
  const { leases } = await backend.jobs.claim({
    workerId: 'w',
    leaseMs: 30_000,
    queues: [{ queue: 'default', limit: 1000 }],
    tasks: ['work'],
    limit: 1000,
    suspects: false,
    from: 'highest',
  })
  await backend.jobs.settle({ settlements: leases.map(({ receipt }) => settle(receipt)) })
}

const succeed = (receipt: string): Settlement => complete(receipt, encode(new Date(7)))

test('a result arrives when the job is done, decoded', async () => {
  const job = await client.enqueue(work, 1)
  const result = job.result()
  await clock.settle()
  await run(succeed)
  await clock.settle()
  expect(await result).toEqual(new Date(7))
})

test('the result of a job that was done before is there at once', async () => {
  const job = await client.enqueue(work, 1)
  await run(succeed)
  expect(await client.result(job.id)).toEqual(new Date(7))
})

test('a failed job rejects with its failure and its error', async () => {
  const job = await client.enqueue(work, 1)
  await run((receipt) => fail(receipt, 'exhausted', encodeError(new RangeError('too far'))))
  await expect(job.result()).rejects.toMatchObject({
    code: 'JOB_FAILED',
    message: expect.stringContaining('RangeError: too far') as string,
    facts: { id: job.id, task: 'work', failure: 'exhausted', error: { name: 'RangeError', message: 'too far' } },
  })
})

test('a cancelled job rejects with its reason', async () => {
  const job = await client.enqueue(work, 1)
  const result = job.result()
  expect(await client.cancel(job, { reason: 'not needed' })).toBe('cancelled')
  await expect(result).rejects.toMatchObject({ code: 'JOB_CANCELLED', facts: { reason: 'not needed' } })
})

test('a job that is deleted while somebody waits, or never was, is unknown', async () => {
  const job = await client.enqueue(work, 1)
  const result = job.result()
  result.catch(() => undefined)
  await clock.settle()
  expect(await client.delete(job)).toBe('deleted')
  await expect(result).rejects.toMatchObject({ code: 'JOB_UNKNOWN', facts: { id: job.id } })
  await expect(client.result('nobody')).rejects.toMatchObject({ code: 'JOB_UNKNOWN' })
})

test('a result that could not be kept says so', async () => {
  const job = await client.enqueue(work, 1)
  await run((receipt) => complete(receipt, encodeResult('x'.repeat(70_000)).encoded))
  await expect(job.result()).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', facts: { id: job.id } })
})

test('a wait ends with its timeout or its signal, and the job goes on', async () => {
  const job = await client.enqueue(work, 1)
  const late = job.result({ timeout: '1 minute' })
  late.catch(() => undefined)
  const stop = new AbortController()
  const stopped = job.result({ signal: stop.signal })
  stopped.catch(() => undefined)
  await clock.settle()
  stop.abort(new Error('enough'))
  await expect(stopped).rejects.toBe(stop.signal.reason)
  await clock.advance(60_000)
  await expect(late).rejects.toMatchObject({ code: 'TIMEOUT' })
  expect(await job.get()).toMatchObject({ state: 'pending' })
  await clock.settle()
  expect(clock.timers).toEqual([])
})

test('a thousand waiters cost lookups by the hundred, and no look at all while nothing happens', async () => {
  const jobs: JobHandle<Date>[] = []
  for (let n = 0; n < 1000; n++) jobs.push(await client.enqueue(work, n))
  const results = Promise.all(jobs.map((job) => job.result()))
  await clock.settle()
  const atRest = lookups.length
  expect(atRest).toBeLessThan(10)
  await clock.advance(4_000)
  expect(lookups).toHaveLength(atRest)
  await run(succeed)
  await clock.advance(1)
  expect(await results).toHaveLength(1000)
  expect(lookups.length).toBeLessThan(2 * atRest + 10)
})

test('without hints results arrive all the same, and looks become rare', async () => {
  const { wakeups: _hints, ...silent } = backend
  client = clientOn({ ...silent, capabilities: { ...backend.capabilities, wakeups: 'none' } }, clock)
  const job = await client.enqueue(work, 1)
  const result = job.result()
  await clock.advance(60_000)
  expect(reads).toBeGreaterThan(100)
  expect(reads).toBeLessThan(150)
  await run(succeed)
  await clock.advance(500)
  expect(await result).toEqual(new Date(7))
})

test('a log that has lost the place is made good by looking the jobs up', async () => {
  const job = await client.enqueue(work, 1)
  const result = job.result()
  await clock.settle()
  const read = backend.events.read.bind(backend.events)
  let isLost = true
  backend.events.read = async (params) => {
    const page = await read(params)
    if (!isLost) return page
    isLost = false
    return { ...page, events: [], missed: true }
  }
  await run(succeed)
  await clock.advance(10)
  expect(await result).toEqual(new Date(7))
})

test.each(['events', 'inspector'] as const)('%s that are away for a while are borne with', async (role) => {
  const job = await client.enqueue(work, 1)
  const result = job.result()
  await clock.settle()
  let failures = 3
  const failFirst = <Params, Page>(call: (params: Params) => Promise<Page>) => {
    return async (params: Params): Promise<Page> => {
      if (failures-- > 0) throw new RotaError('BUSY', 'come back later')
      return call(params)
    }
  }
  const { events, inspector } = backend
  if (role === 'events') events.read = failFirst(events.read.bind(events))
  else inspector.get = failFirst(inspector.get.bind(inspector))
  await run(succeed)
  await clock.advance(1_000)
  expect(await result).toEqual(new Date(7))
  expect(failures).toBeLessThan(0)
})

test('a store that is away when somebody begins to wait is borne with', async () => {
  const { events } = backend
  const latest = events.latest.bind(events)
  let failures = 3
  events.latest = async (params) => {
    if (failures-- > 0) throw new RotaError('BUSY', 'come back later')
    return latest(params)
  }
  const job = await client.enqueue(work, 1)
  const result = job.result()
  await run(succeed)
  await clock.advance(1_000)
  expect(await result).toEqual(new Date(7))
  expect(clock.timers).toEqual([])
})

test('a store that is broken is told to whoever waits', async () => {
  const job = await client.enqueue(work, 1)
  const result = job.result()
  result.catch(() => undefined)
  await clock.settle()
  const failure = new RotaError('STORE_CORRUPT', 'look at the disk')
  backend.events.read = async () => Promise.reject(failure)
  await clock.advance(5_000)
  await expect(result).rejects.toBe(failure)
  expect(clock.timers).toEqual([])
})

test('closing rejects whoever waits, and leaves no timer behind', async () => {
  const job = await client.enqueue(work, 1)
  const result = job.result({ timeout: '1 hour' })
  result.catch(() => undefined)
  await clock.settle()
  await client.close()
  await expect(result).rejects.toMatchObject({ code: 'BACKEND_CLOSED' })
  await expect(job.result()).rejects.toMatchObject({ code: 'BACKEND_CLOSED' })
  await expect(client.enqueue(work, 1)).rejects.toMatchObject({ code: 'BACKEND_CLOSED' })
  expect(clock.timers).toEqual([])
})
