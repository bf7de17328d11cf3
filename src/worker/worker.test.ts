import { beforeEach, describe, expect, test } from 'vitest'
import { WorkerRig } from '../../test/worker/worker-rig.js'
import { task } from '../model/task-definition.js'
import type { Middleware } from './middleware.js'
import type { WorkerOptions } from './worker-options.js'
import type { WorkerEvent } from './worker-event.js'

let rig: WorkerRig

beforeEach(() => {
  rig = new WorkerRig()
})

const noop = task('noop', () => undefined)

describe('middleware', () => {
  test('runs around every handler, the first outermost, and may change what comes out', async () => {
    const trace: string[] = []
    const layer =
      (name: string): Middleware =>
      async (job, next) => {
        trace.push(`${name} before ${job.task}`)
        const value = await next()
        trace.push(`${name} after`)
        return `${name}(${String(value)})`
      }
    const inner = task('inner', () => {
      trace.push('run')
      return 'value'
    })
    await rig.started([inner], { middleware: [layer('a'), layer('b')] })
    const id = await rig.enqueue(inner)
    await rig.clock.settle()
    expect(trace).toEqual(['a before inner', 'b before inner', 'run', 'b after', 'a after'])
    expect((await rig.job(id)).result?.json).toBe('"a(b(value))"')
  })

  test('sees errors, and its own fail the attempt', async () => {
    const seen: unknown[] = []
    const watch: Middleware = async (_job, next) => {
      try {
        return await next()
      } catch (error) {
        seen.push(error)
        throw error
      }
    }
    const twice: Middleware = async (_job, next) => {
      await next()
      return next()
    }
    const once = task('once', { maxTries: 1, run: () => 1 })
    await rig.started([once], { middleware: [watch, twice] })
    const id = await rig.enqueue(once)
    await rig.clock.settle()
    expect(seen).toMatchObject([{ message: expect.stringContaining('next() may be called once') as string }])
    expect((await rig.job(id)).state).toBe('failed')
  })
})

describe('a batch that was pushed to a worker', () => {
  test('runs, and says which settlements were recorded', async () => {
    const work = task('work', async (n: number) => rig.clock.sleep(n))
    const worker = await rig.started([work], { onlyQueues: [] })
    const ids = [await rig.enqueue(work, 10), await rig.enqueue(work, 20)]
    const unknown = await rig.enqueue(noop)
    const { leases } = await rig.store.jobs.claim({
      workerId: 'transport',
      leaseMs: 30_000,
      queues: [{ queue: 'default', limit: 10 }],
      tasks: ['work', 'noop'],
      limit: 10,
      suspects: true,
      from: 'highest',
    })
    expect(leases).toHaveLength(3)
    const running = worker.runBatch(leases)
    await rig.clock.advance(15)
    expect((await rig.job(ids[0] as string)).state).toBe('completed')
    await rig.clock.advance(15)
    expect(await running).toEqual(new Set(leases.map(({ receipt }) => receipt)))
    expect(await rig.job(unknown)).toMatchObject({ state: 'pending', tries: 0 })
    expect(rig.count('claim')).toBe(0)
    expect(await worker.runBatch([])).toEqual(new Set())
  })

  test('says nothing of what was lost meanwhile', async () => {
    const work = task('work', async () => rig.clock.sleep(5000))
    const worker = await rig.started([work], { onlyQueues: [] })
    await rig.enqueue(work)
    const claim = { workerId: 'w', leaseMs: 1000, tasks: ['work'], limit: 1, suspects: true, from: 'highest' } as const
    const { leases } = await rig.store.jobs.claim({ ...claim, queues: [{ queue: 'default', limit: 1 }] })
    const running = worker.runBatch(leases)
    await rig.clock.advance(2000)
    await rig.store.maintenance.tick({})
    await rig.clock.advance(5000)
    expect(await running).toEqual(new Set())
    expect(rig.ofType('lease-lost')).toHaveLength(1)
  })
})

describe('what a worker tells', () => {
  test('of starts and ends is told only when it is asked for', async () => {
    await rig.started([noop], { attemptEvents: true })
    const id = await rig.enqueue(noop)
    await rig.clock.settle()
    const job = { id, task: 'noop', queue: 'default', fence: 1, attempt: 1 }
    expect(rig.events).toEqual([
      { type: 'started', job },
      { type: 'ended', job, outcome: 'complete', tookMs: 0 },
    ])
  })

  test('cannot hurt it, whatever its listener and logger do', async () => {
    const boom = task('boom', { maxTries: 1, run: () => Promise.reject(new Error('boom')) })
    const broken = (): never => {
      throw new Error('listener')
    }
    await rig.started([boom], { onEvent: broken, logger: { info: broken, warn: broken, error: broken } })
    const id = await rig.enqueue(boom)
    await rig.clock.settle()
    expect((await rig.job(id)).state).toBe('failed')
  })

  test('to a log has an error under one name, the one that pino prints in full', async () => {
    const facts: object[] = []
    const write = (fact: object): void => void facts.push(fact)
    const error = new Error('boom')
    const boom = task('boom', { maxTries: 1, run: () => Promise.reject(error) })
    await rig.started([boom], { logger: { info: write, warn: write, error: write } })
    await rig.enqueue(boom)
    await rig.clock.settle()
    expect(facts).toHaveLength(1)
    expect(facts[0]).toMatchObject({ err: error, failure: 'exhausted' })
    expect(Object.keys(facts[0]!).sort()).toEqual(['err', 'failure', 'job'])
  })

  test('to a log is bounded, and says how much was left out', async () => {
    const lines: [object, string][] = []
    const write = (facts: object, message: string): void => void lines.push([facts, message])
    const boom = task('boom', { maxTries: 1, run: () => Promise.reject(new Error('boom')) })
    await rig.started([boom], { logger: { info: write, warn: write, error: write } })
    await rig.enqueueAll(boom, 1000)
    await rig.clock.settle()
    expect(lines).toHaveLength(5)
    await rig.clock.advance(1000)
    await rig.enqueue(boom)
    await rig.clock.settle()
    expect(lines).toHaveLength(6)
    expect(lines[5]).toMatchObject([{ dropped: 995, failure: 'exhausted' }, 'worker: failed'])
    expect(rig.ofType('failed')).toHaveLength(1001)
  })

  test('to the registry is what it is and does', async () => {
    await rig.started([noop, task('far', { queue: 'far', run: () => 1 })], { node: { id: 'n1', host: 'h', pid: 7 } })
    const [node] = await rig.store.control.listNodes({})
    expect(node).toMatchObject({
      id: 'n1',
      kind: 'worker',
      host: 'h',
      pid: 7,
      queues: ['default', 'far'],
      tasks: ['noop', 'far'],
      running: 0,
      beatMs: 10_000,
    })
  })
})

describe('options that make no sense are refused at once:', () => {
  const cases: [string, Partial<WorkerOptions>, string][] = [
    ['no slots', { concurrency: 0 }, 'worker: concurrency: expected a whole number from 1 to 100000, got 0'],
    ['half a slot', { queues: { mail: 1.5 } }, 'worker: concurrency of queue "mail": expected a whole number'],
    ['a queue without a name', { queues: { '': 1 } }, 'queue name'],
    ['a lease below the limit of the store', { lease: 10 }, 'worker: lease must be a duration of 1s to 12h, got 10'],
    ['a grace of nothing known', { grace: 'soon' }, 'worker: grace must be a duration'],
    ['two tasks of one name', { tasks: [noop, task('noop', () => 2)] }, 'two tasks named "noop"'],
    [
      'a deadline of nothing known for reports of failures',
      { onFailure: task('told', { deadline: 'soon', run: () => 1 }) },
      'task "told": deadline must be a duration',
    ],
    ['a time-out of nothing', { tasks: [task('t', { timeout: 0, run: () => 1 })] }, 'task "t": timeout'],
  ]
  test.each(cases)('%s', (_what, options, message) => {
    expect(() => rig.worker([noop], options)).toThrow(new RegExp(escape(message)))
    expect(() => rig.worker([noop], options)).toThrow(TypeError)
  })

  function escape(text: string): string {
    return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  }
})

test('events carry what people need to find the job, and no payload', async () => {
  const boom = task('boom', { maxTries: 1, run: (_: { secret: string }) => Promise.reject(new Error('boom')) })
  await rig.started([boom])
  await rig.enqueue(boom, { secret: 'hunter2' })
  await rig.clock.settle()
  const [event] = rig.events as [WorkerEvent]
  expect(JSON.stringify(event)).not.toContain('hunter2')
  expect(event).toMatchObject({ type: 'failed', job: { task: 'boom', queue: 'default', attempt: 1 } })
})
