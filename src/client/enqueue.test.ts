import type { StandardSchemaV1 } from '@standard-schema/spec'
import { beforeEach, describe, expect, test } from 'vitest'
import { clientOn, memoryClient } from '../../test/client/memory-client.js'
import { Deferred } from '../async/deferred.js'
import { RotaError } from '../model/errors.js'
import type { JobOptions } from '../model/job-options.js'
import type { NewJob } from '../model/job.js'
import { task } from '../model/task-definition.js'
import type { Backend } from '../port/backend.js'
import type { FakeClock } from '../time/fake-clock.js'
import type { Client } from './client.js'

const MINUTE = 60_000
const add = task('add', (input: { a: number; b: number }) => input.a + input.b)
const tick = task('tick', { queue: 'clock', priority: 2, deadline: '1 hour', run: () => 'tock' })

let clock: FakeClock
let backend: Backend
let client: Client
/** The jobs of every call that reached the store. */
let calls: NewJob[][]
/** Comes before every such call. */
let before: (jobs: readonly NewJob[]) => Promise<void>

beforeEach(() => {
  ;({ clock, backend, client } = memoryClient())
  calls = []
  before = async () => undefined
  const enqueue = backend.jobs.enqueue.bind(backend.jobs)
  backend.jobs.enqueue = async (params) => {
    calls.push([...params.jobs])
    await before(params.jobs)
    return enqueue(params)
  }
})

describe('one job', () => {
  test('is on record with all that was said about it', async () => {
    const handle = await client.enqueue(
      add,
      { a: 1, b: 2 },
      { delay: '10 minutes', priority: 1, queue: 'sums', maxTries: 3, headers: { trace: 'x' }, deadline: '1 minute' },
    )
    expect(handle).toMatchObject({ status: 'inserted', task: 'add' })
    expect(await handle.get()).toMatchObject({
      id: handle.id,
      task: 'add',
      queue: 'sums',
      priority: 1,
      state: 'scheduled',
      payload: { a: 1, b: 2 },
      headers: { trace: 'x' },
      maxTries: 3,
      dueAt: new Date(clock.now() + 10 * MINUTE),
      deadline: new Date(clock.now() + 11 * MINUTE),
    })
  })

  test('takes what it is not told from its task', async () => {
    const handle = await client.enqueue(tick)
    expect(await handle.get()).toMatchObject({
      queue: 'clock',
      priority: 2,
      maxTries: null,
      payload: undefined,
      headers: {},
      deadline: new Date(clock.now() + 60 * MINUTE),
    })
  })

  test('keeps its payload as it was when enqueue was called', async () => {
    const payload = { a: 1, b: 2 }
    const enqueued = client.enqueue(add, payload)
    payload.a = 99
    expect(await (await enqueued).get()).toMatchObject({ payload: { a: 1, b: 2 } })
  })

  test('that exists already by its id is a duplicate of itself', async () => {
    const first = await client.enqueue(add, { a: 1, b: 1 }, { id: 'sum-1' })
    const second = await client.enqueue(add, { a: 9, b: 9 }, { id: 'sum-1' })
    expect([first.status, second.status]).toEqual(['inserted', 'duplicate'])
    expect(await second.get()).toMatchObject({ id: 'sum-1', payload: { a: 1, b: 1 } })
  })

  test('whose unique key is held answers with the holder', async () => {
    const first = await client.enqueue(add, { a: 1, b: 1 }, { unique: 'k' })
    const second = await client.enqueue(add, { a: 2, b: 2 }, { unique: 'k' })
    expect(second).toMatchObject({ id: first.id, status: 'duplicate' })
  })

  test('shares a unique key with jobs outside its scope', async () => {
    const unique = (scope: 'task' | 'queue' | 'global'): JobOptions => ({ unique: { key: 'k', scope } })
    const handles = [
      await client.enqueue(add, { a: 1, b: 1 }, unique('task')),
      await client.enqueue(tick, undefined, unique('task')),
      await client.enqueue(tick, undefined, unique('queue')),
      await client.enqueue(add, { a: 1, b: 1 }, unique('queue')),
      await client.enqueue(add, { a: 1, b: 1 }, unique('global')),
      await client.enqueue(tick, undefined, unique('global')),
    ]
    expect(handles.map(({ status }) => status)).toEqual([...Array<string>(5).fill('inserted'), 'duplicate'])
  })

  test('may have `__proto__` among its headers', async () => {
    const headers = JSON.parse('{"__proto__":"x"}') as Record<string, string>
    const view = await (await client.enqueue(tick, undefined, { headers })).get()
    expect(Object.entries(view?.headers ?? {})).toEqual([['__proto__', 'x']])
  })
})

describe('what is wrong is refused before anything is written', () => {
  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['a misspelt option', { dealy: 1 }, /expected options among at, .* got "dealy"/],
    ['a negative delay', { delay: -1 }, /delay/],
    ['delay and at', { delay: 1, at: new Date(0) }, /delay or at, got both/],
    ['a date that is none', { at: new Date(NaN) }, /at: expected .* got an invalid Date/],
    ['a deadline that is none', { deadline: new Date(NaN) }, /deadline/],
    ['a priority of 6', { priority: 6 }, /priority: expected 1 to 5, got 6/],
    ['no tries', { maxTries: 0 }, /maxTries/],
    ['an empty id', { id: '' }, /job id/],
    ['an id with a line break', { id: 'a\nb' }, /job id/],
    ['an id that is too long', { id: 'x'.repeat(129) }, /job id/],
    ['an empty unique key', { unique: '' }, /unique key/],
    ['an unknown scope', { unique: { key: 'k', scope: 'world' } }, /scope/],
    ['a queue outside the grammar', { queue: 'a b' }, /queue name/],
    ['a header that is no text', { headers: { n: 1 } }, /headers: "n": expected text, got number/],
    ['a header with a control character', { headers: { n: 'a\u0000' } }, /headers: "n"/],
    ['a header without a name', { headers: { '': 'x' } }, /headers: expected names/],
    ['headers that are too large', { headers: { n: 'x'.repeat(17_000) } }, /headers: expected at most 16384 bytes/],
  ]
  test.each(wrong)('%s', async (_what, options, message) => {
    await expect(client.enqueue(tick, undefined, options as JobOptions)).rejects.toThrow(TypeError)
    await expect(client.enqueue(tick, undefined, options as JobOptions)).rejects.toThrow(message)
    expect(calls).toEqual([])
  })

  test('a payload that no store can keep', async () => {
    const anything = task<unknown>('anything')
    await expect(client.enqueue(anything, { f: () => 1 })).rejects.toMatchObject({ code: 'PAYLOAD_INVALID' })
    await expect(client.enqueue(anything, 'x'.repeat(262_144))).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    expect(calls).toEqual([])
  })

  test.each([null, undefined, 'add', {}, () => 1])('%j, which is no task', async (given) => {
    await expect(client.enqueue(given as never)).rejects.toThrow(/task: expected what task\(\) returns, got/)
  })
})

describe('a schema', () => {
  interface Wire {
    readonly on: string
  }
  const dated = (check: (value: unknown) => unknown): StandardSchemaV1<Wire, { on: Date }> => ({
    '~standard': { version: 1, vendor: 'test', validate: check as never },
  })
  const parse = (value: unknown): StandardSchemaV1.Result<{ on: Date }> => {
    const on = new Date((value as Wire).on)
    return Number.isNaN(on.getTime()) ? { issues: [{ message: 'no date', path: ['on'] }] } : { value: { on } }
  }

  test('checks the payload, and what is stored is what was passed', async () => {
    const send = task('send', { input: dated(parse), run: ({ on }) => on })
    const handle = await client.enqueue(send, { on: '2025-01-01' })
    expect(await handle.get()).toMatchObject({ payload: { on: '2025-01-01' } })
    await expect(client.enqueue(send, { on: 'never' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      facts: { issues: [{ path: 'on', message: 'no date' }] },
    })
    expect(calls).toHaveLength(1)
  })

  test('may take its time', async () => {
    const send = task('send', { input: dated(async (value) => Promise.resolve(parse(value))), run: ({ on }) => on })
    const payload = { on: '2025-01-01' }
    const enqueued = client.enqueue(send, payload)
    payload.on = 'never'
    expect(await (await enqueued).get()).toMatchObject({ payload: { on: '2025-01-01' } })
    await expect(client.enqueue(send, { on: 'never' })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    expect(calls).toHaveLength(1)
  })
})

describe('callers of one turn', () => {
  test('share one write', async () => {
    await client.enqueue(tick)
    await Promise.all(Array.from({ length: 100 }, () => client.enqueue(tick)))
    expect(calls.map((jobs) => jobs.length)).toEqual([1, 100])
  })

  test('do not see the error of one among them', async () => {
    const enqueue = backend.jobs.enqueue.bind(backend.jobs)
    backend.jobs.enqueue = async (params) => {
      if (params.jobs.some(({ id }) => id === 'bad')) throw new TypeError('bad row')
      return enqueue(params)
    }
    await client.enqueue(tick)
    const outcomes = await Promise.allSettled(['a', 'bad', 'b'].map((id) => client.enqueue(tick, undefined, { id })))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  describe('with unique keys or ids of their own, where those may make a group wait', () => {
    const keyed = (unique: string): Promise<unknown> => picky.enqueue(tick, undefined, { unique })
    let picky: ReturnType<typeof clientOn>
    beforeEach(async () => {
      picky = clientOn({ ...backend, capabilities: { ...backend.capabilities, groupsUniqueKeys: false } }, clock)
      await picky.enqueue(tick)
      calls.length = 0
    })

    test('share no commit with jobs without', async () => {
      const named = picky.enqueue(tick, undefined, { id: 'mine' })
      await Promise.all([named, picky.enqueue(tick), keyed('b'), picky.enqueue(tick)])
      expect(calls.map((jobs) => jobs.map(({ id, uniqueKey }) => id === 'mine' || uniqueKey !== null))).toEqual([
        [true, true],
        [false, false],
      ])
    })

    test('go on one by one when somebody holds one of their keys, and only that one waits', async () => {
      const released = new Deferred()
      before = async (jobs) => {
        if (!jobs.some(({ uniqueKey }) => uniqueKey?.endsWith('held') === true)) return
        if (jobs.length > 1) throw new RotaError('BUSY', 'a key is held')
        await released.promise
      }
      const held = keyed('held')
      await Promise.all([keyed('a'), keyed('b')])
      const again = keyed('held')
      await keyed('c')
      expect(calls.map((jobs) => jobs.length)).toEqual([3, 1, 1, 1, 1, 1])
      released.resolve()
      expect(await Promise.all([held, again])).toMatchObject([{ status: 'inserted' }, { status: 'duplicate' }])
    })
  })

  test('may be called off before the write', async () => {
    await client.enqueue(tick)
    const stop = new AbortController()
    const outcomes = Promise.allSettled([
      client.enqueue(tick, undefined, { signal: stop.signal }),
      client.enqueue(tick, undefined, { id: 'stays' }),
    ])
    const reason = new Error('changed my mind')
    stop.abort(reason)
    expect(await outcomes).toMatchObject([{ status: 'rejected', reason }, { status: 'fulfilled' }])
    expect(calls.at(-1)?.map(({ id }) => id)).toEqual(['stays'])
  })
})

describe('many jobs', () => {
  test('go in one write, in their order, each with its own options', async () => {
    const handles = await client.enqueue([
      add.with({ a: 1, b: 2 }, { id: 'one' }),
      tick.with(undefined, { id: 'two', delay: 5 }),
      tick.with(),
    ])
    expect(handles.map(({ task: name, status }) => [name, status])).toEqual([
      ['add', 'inserted'],
      ['tick', 'inserted'],
      ['tick', 'inserted'],
    ])
    expect(handles.slice(0, 2).map(({ id }) => id)).toEqual(['one', 'two'])
    expect(calls.map((jobs) => jobs.length)).toEqual([3])
  })

  test('of which one is wrong leave nothing behind', async () => {
    const wrong = [tick.with(), tick.with(undefined, { delay: -1 })]
    await expect(client.enqueue(wrong)).rejects.toThrow(TypeError)
    expect(calls).toEqual([])
  })

  test('may be none', async () => {
    expect(await client.enqueue([])).toEqual([])
    expect(calls).toEqual([])
  })

  test('above the limits are split, or refused when they must be atomic', async () => {
    const small = clientOn({ ...backend, limits: { ...backend.limits, enqueueItems: 4 } }, clock)
    const ten = Array.from({ length: 10 }, () => tick.with())
    await expect(small.enqueue(ten, { atomic: true })).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' })
    expect(calls).toEqual([])
    expect(await small.enqueue(ten)).toHaveLength(10)
    expect(calls.map((jobs) => jobs.length)).toEqual([4, 4, 2])
  })

  test('above the limit of bytes are split too', async () => {
    const small = clientOn({ ...backend, limits: { ...backend.limits, enqueueBytes: 100 } }, clock)
    const text = task<string>('text')
    await small.enqueue(['x'.repeat(40), 'y'.repeat(40), 'z'.repeat(40)].map((payload) => text.with(payload)))
    expect(calls.map((jobs) => jobs.length)).toEqual([2, 1])
  })

  test('that were split and then failed say how far they got', async () => {
    const enqueue = backend.jobs.enqueue.bind(backend.jobs)
    backend.jobs.enqueue = async (params) => {
      if (calls.length === 2) throw new RotaError('STORE_FULL', 'no space left')
      return enqueue(params)
    }
    const small = clientOn({ ...backend, limits: { ...backend.limits, enqueueItems: 4 } }, clock)
    await expect(small.enqueue(Array.from({ length: 10 }, () => tick.with()))).rejects.toMatchObject({
      code: 'STORE_FULL',
      facts: { enqueued: 8, jobs: 10 },
    })
  })
})

describe('a close', () => {
  test('waits for enqueues that came before it, also for those that wait for the store to open', async () => {
    const first = client.enqueue(tick)
    const many = client.enqueue([tick.with(), tick.with()])
    await client.close()
    expect((await first).status).toBe('inserted')
    expect(await many).toHaveLength(2)
  })

  test('waits for all parts of a call that was split, and for schemas and middleware that take their time', async () => {
    const small = { ...backend, limits: { ...backend.limits, enqueueItems: 2 } }
    const later: StandardSchemaV1<number, number> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: async (value) => clock.sleep(5).then(() => ({ value })) as never,
      },
    }
    const checked = task('checked', { input: later })
    const slow = clientOn(small, clock, {
      middleware: [async (request, next) => clock.sleep(5).then(() => next(request))],
    })
    await slow.get('none')
    const waiting = [
      slow.enqueue(tick),
      slow.enqueue(Array.from({ length: 5 }, () => tick.with())),
      slow.enqueue(checked, 1),
    ]
    const closed = slow.close()
    await clock.advance(20)
    await closed
    expect(await Promise.all(waiting)).toHaveLength(3)
    expect(calls.flat()).toHaveLength(7)
  })

  test('refuses what comes after it, whatever is still under way', async () => {
    const first = client.enqueue(tick)
    const closed = client.close()
    await expect(client.enqueue(tick)).rejects.toMatchObject({ code: 'BACKEND_CLOSED' })
    await expect(client.enqueue([tick.with()])).rejects.toMatchObject({ code: 'BACKEND_CLOSED' })
    await closed
    expect((await first).status).toBe('inserted')
    expect(calls).toHaveLength(1)
  })

  test('ends also when the store cannot be opened', async () => {
    backend.open = async () => Promise.reject(new Error('no store'))
    const first = client.enqueue(tick)
    await Promise.all([expect(first).rejects.toThrow('no store'), client.close()])
  })
})
