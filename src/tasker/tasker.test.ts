import { describe, expect, test, vi } from 'vitest'
import { RotaError } from '../model/errors.js'
import { FakeClock } from '../time/fake-clock.js'
import { classify } from './classify.js'
import { Tasker } from './tasker.js'
import type { TaskContext } from './task-handler.js'
import { isUnhandled } from './unhandled.js'

/** A log that tells its warnings. */
function newLog() {
  return { debug: vi.fn(), info: vi.fn(), warn: vi.fn<(message: string) => void>(), error: vi.fn() }
}

describe('routing', () => {
  test('A-01 a Tasker is made with a fall-through, or without', () => {
    expect(new Tasker(() => undefined)).toBeInstanceOf(Tasker)
    expect(new Tasker()).toBeInstanceOf(Tasker)
    expect(new Tasker(null)).toBeInstanceOf(Tasker)
  })

  test('A-02 the handler of a name gets its event once, and the fall-through does not', async () => {
    const fallThrough = vi.fn()
    const foo = vi.fn((event: object) => Object.keys(event))
    const tasker = new Tasker(fallThrough).handle('foo', foo)
    expect(await tasker.handler({ _taskName: 'foo', bar: 1 })).toEqual(['_taskName', 'bar'])
    expect(foo).toHaveBeenCalledOnce()
    expect(fallThrough).not.toHaveBeenCalled()
    expect(tasker.counts).toEqual({ handled: 1, failed: 0, unhandled: 0, warmUps: 0 })
  })

  test('A-03 the fall-through gets what names nobody, and what names nothing', async () => {
    const seen: unknown[] = []
    const tasker = new Tasker((event, { invocation }) => {
      seen.push([event, invocation.name, invocation.fallThrough])
      return 'caught'
    })
    tasker.handle('foo', () => 'foo')
    expect(await tasker.handler({ _taskName: 'unrouted' })).toBe('caught')
    expect(await tasker.handler({ foo: 'bar' })).toBe('caught')
    expect(seen).toEqual([
      [{ _taskName: 'unrouted' }, 'unrouted', true],
      [{ foo: 'bar' }, null, true],
    ])
  })

  test('A-04 a Tasker that was given nothing takes handlers', async () => {
    const tasker = new Tasker()
    tasker.handle('foo', () => 'done')
    expect(tasker.names).toEqual(['foo'])
    expect(await tasker.handler({ _taskName: 'foo' })).toBe('done')
  })

  test('names match exactly, and only what was registered', async () => {
    const tasker = new Tasker(() => 'fall-through').handle('test', () => 'test').handle('_', () => 'underscore')
    const answers = []
    const names = ['test', 'Test', 'test ', 'tes', 'constructor', '__proto__', 'toString', '_', 'hasOwnProperty']
    for (const _taskName of names) answers.push(await tasker.handler({ _taskName }))
    expect(answers.filter((answer) => answer !== 'fall-through')).toEqual(['test', 'underscore'])
    tasker.handle('__proto__', () => 'proto').handle('no rota name!', () => 'text')
    expect(await tasker.handler({ _taskName: '__proto__' })).toBe('proto')
    expect(await tasker.handler({ _taskName: 'no rota name!' })).toBe('text')
    // In source this sets the prototype; as JSON it is a member.
    expect(await tasker.handler(JSON.parse('{"__proto__":{"_taskName":"test"}}'))).toBe('fall-through')
  })

  test('without a fall-through nothing is swallowed: an answer, a warning and a counter', async () => {
    const log = newLog()
    const tasker = new Tasker(null, { log }).handle('foo', () => ({ handled: false }))
    const answer = await tasker.handler({ _taskName: 'unrouted' })
    expect(answer).toEqual({ handled: false, reason: 'unknown-name', type: 'AegisTask', name: 'unrouted' })
    expect(isUnhandled(answer)).toBe(true)
    expect(await tasker.handler({ foo: 1 })).toEqual({ handled: false, reason: 'no-name', type: '', name: null })
    expect(await tasker.handler({ _taskName: 'x'.repeat(5000) })).toMatchObject({ handled: false })
    expect(log.warn.mock.calls.map(([message]) => message.length < 250)).toEqual([true, true, true])
    expect(log.warn.mock.calls[0]?.[0]).toContain('nobody handles task "unrouted"')
    expect(isUnhandled(await tasker.handler({ _taskName: 'foo' }))).toBe(false)
    expect(tasker.counts).toEqual({ handled: 1, failed: 0, unhandled: 3, warmUps: 0 })
  })

  test('A-05 events are told apart by their shape, in the order of Aegis', () => {
    const events: readonly [unknown, string][] = [
      [{ _taskName: 'foo' }, 'AegisTask'],
      [{ _rpcName: 'foo' }, 'AegisRPC'],
      [{ Records: [{ eventSource: 'aws:sqs' }] }, 'SQSEvent'],
      [{ Records: [{ s3: { bucket: {} } }] }, 'S3Event'],
      [{ Records: [{ ses: { mail: {} } }] }, 'SimpleEmailEvent'],
      [{ userPoolId: 'u', triggerSource: 't' }, 'CognitoTrigger'],
      [{ identityPoolId: 'i', datasetRecords: {} }, 'CognitoEvent'],
      [{ unknown: 1 }, ''],
      [{ httpMethod: 'GET', path: '/', _taskName: 'foo' }, 'APIGatewayProxyRequest'],
      [{ Records: [{ s3: {}, eventSource: 'aws:sqs' }], _taskName: 'foo' }, 'S3Event'],
      [{ _taskName: 'foo', _rpcName: 'foo', warmer: true }, 'AegisTask'],
      [{ Records: [] }, ''],
      [{ Records: [null] }, ''],
      [{ warmer: 'true' }, ''],
      [Object.create({ _taskName: 'inherited' }), ''],
      [null, ''],
      ['foo', ''],
    ]
    expect(events.map(([event]) => classify(event))).toEqual(events.map(([, type]) => type))
  })

  test('A-06 requests have names of their own, and their reply is what the handler returns', async () => {
    const tasker = new Tasker((event) => ({ caught: event }))
    tasker.handle('foo', () => 'task').handleRpc('foo', () => ({ reply: 1 }))
    expect(await tasker.handler({ _rpcName: 'foo' })).toEqual({ reply: 1 })
    expect(await tasker.handler({ _taskName: 'foo' })).toBe('task')
    expect(await tasker.handler({ _rpcName: 'unhandled' })).toEqual({ caught: { _rpcName: 'unhandled' } })
  })

  test('A-07 a filter before changes the event, and one after changes what comes of it', async () => {
    const tasker = new Tasker()
    tasker.before((event) => {
      event['seen'] = ['before']
    })
    tasker.before<{ seen: string[] }>((event) => ({ ...event, seen: [...event.seen, 'again'] }))
    tasker.after((end) => ('result' in end ? { result: [...(end.result as string[]), 'after'] } : undefined))
    tasker.after((end) => ('error' in end ? { result: `healed: ${(end.error as Error).message}` } : undefined))
    tasker.handle<{ seen: string[] }>('foo', ({ seen }) => [...seen, 'handler'])
    tasker.handle('bad', () => {
      throw new Error('broken')
    })
    expect(await tasker.handler({ _taskName: 'foo' })).toEqual(['before', 'again', 'handler', 'after'])
    expect(await tasker.handler({ _taskName: 'bad' })).toBe('healed: broken')
  })

  test('middleware runs around the handler, the first outermost, and calls on once', async () => {
    const calls: string[] = []
    const tasker = new Tasker().handle<{ n: number }>('foo', ({ n }) => n)
    tasker.use<{ n: number }>(async (event, { invocation }, next) => {
      calls.push(`in ${invocation.name ?? ''}`)
      const result = (await next({ ...event, n: event.n + 1 })) as number
      calls.push('out')
      return result * 10
    })
    tasker.use(async (_event, _context, next) => {
      calls.push('inner')
      return next()
    })
    expect(await tasker.handler({ _taskName: 'foo', n: 1 })).toBe(20)
    expect(calls).toEqual(['in foo', 'inner', 'out'])
    tasker.use(async (_event, _context, next) => [await next(), await next()])
    await expect(tasker.handler({ _taskName: 'foo', n: 1 })).rejects.toThrow(/next to be called once/)
  })

  test('A-08 a variable comes from the caller, else from the stage, else from the process; Base64 of a stage is read', async () => {
    const names = ['caller', 'stage', 'process', 'base64', 'plain', 'short', 'nowhere', '__proto__']
    const tasker = new Tasker((_event, { invocation }) => names.map((name) => invocation.variable(name)), {
      env: { caller: 'from the process', stage: 'from the process', process: 'from the process' },
    })
    const stageVariables = {
      caller: 'from the stage',
      stage: 'from the stage',
      base64: 'aGVsbG8gd29ybGQ=',
      plain: 'aegistest',
      short: 'test',
    }
    const clientContext = { env: { caller: 'from the caller' } }
    expect(await tasker.handler({ httpMethod: 'GET', path: '/', stageVariables }, { clientContext })).toEqual([
      'from the caller',
      'from the stage',
      'from the process',
      'hello world',
      'aegistest',
      'test',
      undefined,
      undefined,
    ])
  })

  test('A-13 an error of a handler is what the caller gets, and it is counted', async () => {
    const error = new Error('broken')
    const tasker = new Tasker().handle('bad', () => Promise.reject(error))
    await expect(tasker.handler({ _taskName: 'bad' })).rejects.toBe(error)
    expect(tasker.counts).toMatchObject({ handled: 0, failed: 1 })
  })

  test('A-15 a malformed event is refused with a typed error', async () => {
    const tasker = new Tasker(() => 'never').handle('foo', () => 'never')
    const malformed = [{ _taskName: 5 }, {}, null, undefined, 'foo', 5, [], [{ _taskName: 'foo' }]]
    const worse = [{ _taskName: '' }, { _taskName: null }, { _rpcName: {} }, { '$awsless-route': 1 }]
    for (const event of [...malformed, ...worse]) {
      const refused: unknown = await tasker.handler(event).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(RotaError)
      expect(refused).toMatchObject({ code: 'EVENT_INVALID' })
      expect((refused as RotaError).message).toMatch(/^malformed event: .*got/)
    }
    expect(tasker.counts).toEqual({ handled: 0, failed: 0, unhandled: 0, warmUps: 0 })
  })
})

describe('other envelopes', () => {
  test('a rule without input is routed by its name', async () => {
    const tasker = new Tasker(() => 'fall-through')
    tasker.handle('nightly', (event) => event['id']).handle('weekly', () => 'weekly')
    const envelope = { version: '0', id: 'e1', 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {} }
    const routed = async (...resources: unknown[]) => tasker.handler({ ...envelope, resources })
    expect(await routed('arn:aws:events:eu-west-1:123456789012:rule/nightly')).toBe('e1')
    expect(await routed('arn:aws:events:eu-west-1:123456789012:rule/bus/nightly')).toBe('e1')
    expect(await routed('arn:aws:scheduler:eu-west-1:123456789012:schedule/default/weekly')).toBe('weekly')
    expect(await routed('arn:aws:events:eu-west-1:1:rule/other', 'arn:aws:events:eu-west-1:1:rule/weekly')).toBe(
      'weekly',
    )
    expect(await routed('arn:aws:events:eu-west-1:123456789012:rule/Nightly')).toBe('fall-through')
    expect(await routed(5)).toBe('fall-through')
    expect(await routed()).toBe('fall-through')
  })

  test('a row is routed by its type', async () => {
    const tasker = new Tasker(() => 'fall-through')
    tasker.handle<{ params: { n: number } }>('exampleTask', ({ params }) => ({
      completed: true,
      newParams: { n: params.n + 1 },
    }))
    const row = { id: 0, completed: false, type: 'exampleTask', params: { n: 1 } }
    expect(await tasker.handler(row)).toEqual({ completed: true, newParams: { n: 2 } })
    expect(await tasker.handler({ ...row, type: 'toString' })).toBe('fall-through')
  })

  test('a route is unwrapped, and found by its own name or by that of rota', async () => {
    const tasker = new Tasker((event) => ({ caught: event }))
    tasker.handle('orders:task:ship', (event) => ({ ship: event })).handle('orders:bill', (event) => ({ bill: event }))
    const route = async (name: string, event: unknown) => tasker.handler({ '$awsless-route': name, event })
    expect(await route('orders:task:ship', { id: 1 })).toEqual({ ship: { id: 1 } })
    expect(await route('orders:task:bill', 0)).toEqual({ bill: 0 })
    expect(await route('orders:task:other', { id: 1 })).toEqual({ caught: { id: 1 } })
    expect(await route('bill', { id: 1 })).toEqual({ caught: { id: 1 } })
  })

  test('a warm-up reaches no code of the user', async () => {
    const log = newLog()
    const never = vi.fn()
    const tasker = new Tasker(never, { log, deps: never }).use(never).before(never)
    expect(await tasker.handler({ warmer: true, concurrency: 3 })).toMatchObject({ handled: false, reason: 'warm-up' })
    expect(never).not.toHaveBeenCalled()
    expect(log.warn).not.toHaveBeenCalled()
    expect(tasker.counts).toEqual({ handled: 0, failed: 0, unhandled: 0, warmUps: 1 })
  })
})

describe('what a handler is given', () => {
  test('its dependencies, made once when they are first needed', async () => {
    const connect = vi.fn(async () => ({ db: 'db 1' }))
    const tasker = new Tasker(null, { deps: connect }).handle('foo', (_event, { deps }) => deps.db)
    expect(connect).not.toHaveBeenCalled()
    const both = await Promise.all([tasker.handler({ _taskName: 'foo' }), tasker.handler({ _taskName: 'foo' })])
    expect(both).toEqual(['db 1', 'db 1'])
    expect(connect).toHaveBeenCalledOnce()
    const plain = new Tasker(null, { deps: { db: 'given' } }).handle('foo', (_event, { deps }) => deps.db)
    expect(await plain.handler({ _taskName: 'foo' })).toBe('given')
  })

  test('its dependencies after all, when making them failed at first', async () => {
    const deps = vi.fn(async () => 'db').mockRejectedValueOnce(new Error('no network'))
    const tasker = new Tasker(null, { deps }).handle('foo', (_event, context) => context.deps)
    await expect(tasker.handler({ _taskName: 'foo' })).rejects.toThrow('no network')
    expect(await tasker.handler({ _taskName: 'foo' })).toBe('db')
  })

  test('a log, and how it came to be called', async () => {
    const log = newLog()
    let context: TaskContext | undefined
    const tasker = new Tasker(null, { log }).handle('foo', (_event, given) => void (context = given))
    const raw = { _taskName: 'foo' }
    const caller = { awsRequestId: 'r-1' }
    await tasker.handler(raw, caller)
    expect(context?.log).toBe(log)
    expect(context?.invocation).toMatchObject({
      type: 'AegisTask',
      name: 'foo',
      fallThrough: false,
      id: 'r-1',
      job: null,
    })
    expect(context?.invocation.raw).toBe(raw)
    expect(context?.invocation.caller).toBe(caller)
  })

  test('the signal of its caller', async () => {
    const tasker = new Tasker().handle('foo', (_event, { signal }) => signal)
    const { signal } = new AbortController()
    expect(await tasker.handler({ _taskName: 'foo' }, { signal })).toBe(signal)
    expect(await tasker.handler({ _taskName: 'foo' })).toMatchObject({ aborted: false })
  })

  test('a signal that aborts a second before the time of its function is over, and no timer is left', async () => {
    const clock = new FakeClock()
    const tasker = new Tasker(null, { clock })
    tasker.handle('slow', (_event, { signal }) => clock.sleep(60_000, signal))
    tasker.handle('quick', () => 'done')
    const caller = { getRemainingTimeInMillis: () => 10_000 }
    const slow = tasker.handler({ _taskName: 'slow' }, caller)
    const refused = expect(slow).rejects.toMatchObject({ code: 'TIMEOUT' })
    await clock.advance(8_999)
    expect(tasker.counts.failed).toBe(0)
    await clock.advance(1)
    await refused
    expect(await tasker.handler({ _taskName: 'quick' }, caller)).toBe('done')
    const stop = new AbortController()
    const stopped = tasker.handler({ _taskName: 'slow' }, { ...caller, signal: stop.signal })
    await clock.settle()
    stop.abort(new Error('stop'))
    await expect(stopped).rejects.toThrow('stop')
    expect(clock.timers).toEqual([])
  })
})

describe('mistakes are told at once', () => {
  const handler = () => 1
  test.each([
    ['a name twice', () => new Tasker().handle('foo', handler).handle('foo', handler), /each name once, got "foo"/],
    ['a request twice', () => new Tasker().handleRpc('foo', handler).handleRpc('foo', handler), /handleRpc: .* "foo"/],
    ['an empty name', () => new Tasker().handle('', handler), /expected a name, got an empty one/],
    ['a name that is none', () => new Tasker().handle(5 as never, handler), /expected a name, got number/],
    ['no handler', () => new Tasker().handle('foo', undefined as never), /handle\("foo"\): expected a function/],
    ['a fall-through that is none', () => new Tasker({} as never), /fallThrough: expected a function, got object/],
    ['an unknown option', () => new Tasker(null, { dep: 1 } as never), /expected options among .*, got "dep"/],
    ['options that are none', () => new Tasker(null, 5 as never), /expected options, got number/],
    ['middleware that is none', () => new Tasker().use(5 as never), /use: expected a function, got number/],
    ['a filter that is none', () => new Tasker().after(null as never), /after: expected a function, got null/],
  ])('%s', (_what, make, message) => {
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
  })
})
