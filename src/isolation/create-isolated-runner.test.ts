import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeChild, fakeContext } from '../../test/isolation/fake-child.js'
import { RotaError } from '../model/errors.js'
import { FakeClock } from '../time/fake-clock.js'
import { createIsolatedRunner } from './create-isolated-runner.js'
import type { IsolatedRunner } from './create-isolated-runner.js'
import type { IsolatedRunnerOptions } from './runner-options.js'
import { packThrown } from './thrown-error.js'

const MIB = 1024 * 1024

let clock: FakeClock
let children: FakeChild[]
let runner: IsolatedRunner
let printed: string[]

function make(more: Partial<IsolatedRunnerOptions> = {}): IsolatedRunner {
  runner = createIsolatedRunner({
    what: 'task "orders:process"',
    file: '/app/a.mjs',
    memoryBytes: 128 * MIB,
    timeoutMs: 10_000,
    clock,
    onOutput: (stream, line) => printed.push(`${stream} ${line}`),
    startChild: (_options, listener) => {
      const child = new FakeChild(listener)
      children.push(child)
      return child
    },
    ...more,
  })
  return runner
}

/** The child that was started as the n-th. */
const child = (index = 0): FakeChild => children[index]!

/** Starts an attempt and waits until its child has it. */
async function begin(context = fakeContext()) {
  const outcome = runner.run('payload', context).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  await clock.settle()
  return { context, outcome }
}

beforeEach(() => {
  clock = new FakeClock()
  children = []
  printed = []
})

afterEach(async () => {
  for (const one of children) one.over({})
  await runner.close()
})

describe('an attempt', () => {
  it('starts a child on demand, which loads the file and gets the payload', async () => {
    make()
    expect(children).toHaveLength(0)
    const { outcome } = await begin()
    expect(child().sent).toMatchObject([
      { kind: 'load', file: '/app/a.mjs', handler: 'index.default' },
      { kind: 'run', id: 1, payload: 'payload', fence: 7, job: { id: 'job-1' } },
    ])
    child().started()
    child().ended()
    expect(await outcome).toEqual({ value: 'done' })
  })

  it('uses the child of the one before, and starts another for one at the same time', async () => {
    make()
    const first = await begin()
    child().ended()
    await first.outcome
    const second = await begin()
    const third = await begin()
    expect(children).toHaveLength(2)
    child(0).ended()
    child(1).ended()
    expect(await Promise.all([second.outcome, third.outcome])).toEqual([{ value: 'done' }, { value: 'done' }])
    expect(runner.figures).toEqual({ children: 2, running: 0 })
  })

  it('waits for its turn when as many run as may, and leaves nothing behind when it is aborted', async () => {
    make({ childrenMax: 1 })
    const first = await begin()
    const waiting = await begin()
    const aborted = await begin()
    aborted.context.controller.abort('called off')
    expect(await aborted.outcome).toEqual({ error: 'called off' })
    expect(children).toHaveLength(1)
    child().ended()
    await first.outcome
    await clock.settle()
    child().ended()
    expect(await waiting.outcome).toEqual({ value: 'done' })
    expect(children).toHaveLength(1)
  })

  it('that another child gets whose own had died before costs nothing', async () => {
    make()
    const first = await begin()
    child().started()
    child().ended()
    await first.outcome
    const second = await begin()
    expect(child().kinds.filter((kind) => kind === 'run')).toHaveLength(2)
    child().over({ signal: 'SIGKILL' })
    await clock.settle()
    expect(children).toHaveLength(2)
    expect(child(1).sent.at(-1)).toMatchObject({ kind: 'run', payload: 'payload' })
    child(1).started()
    child(1).ended()
    expect(await second.outcome).toEqual({ value: 'done' })
  })

  it('ends with its child once its handler was called, and when the child was new', async () => {
    make()
    const first = await begin()
    child().started()
    child().ended()
    await first.outcome
    const second = await begin()
    child().started()
    child().over({ code: 0 })
    expect(await second.outcome).toMatchObject({ error: { code: 'HANDLER_EXITED' } })
    const third = await begin()
    child(1).over({ code: 0 })
    expect(await third.outcome).toMatchObject({ error: { code: 'HANDLER_EXITED' } })
    expect(children).toHaveLength(2)
  })

  it('that is aborted before a child has it never gets one', async () => {
    make()
    const context = fakeContext()
    const outcome = runner.run('payload', context)
    context.controller.abort('called off')
    await expect(outcome).rejects.toBe('called off')
    expect(children).toHaveLength(0)
  })

  it('leaves no listener on the signal of its worker, and no timer, however it ended', async () => {
    make()
    const ends = [() => child().ended(), () => children.at(-1)!.over({ code: 1 }), () => children.at(-1)!.ended()]
    for (const end of ends) {
      const { context, outcome } = await begin()
      end()
      await outcome
      expect(getEventListeners(context.signal, 'abort')).toHaveLength(0)
    }
    await runner.close()
    expect(clock.timers).toEqual([])
  })

  it('ignores what is said about an attempt that is over', async () => {
    make()
    const first = await begin()
    child().ended()
    await first.outcome
    const second = await begin()
    child().tell({ kind: 'lines', id: 1, lines: [{ level: 'info', message: 'late' }] })
    child().tell({ kind: 'ended', id: 1, end: { how: 'threw', error: packThrown(new Error('late')) } })
    child().ended()
    expect(await second.outcome).toEqual({ value: 'done' })
    expect(second.context.lines).toEqual([])
  })

  it('fails with what its handler threw', async () => {
    make()
    const { outcome } = await begin()
    child().ended({ how: 'threw', error: packThrown(Object.assign(new RangeError('too far'), { code: 'E_FAR' })) })
    expect(await outcome).toMatchObject({ error: { name: 'RangeError', message: 'too far', code: 'E_FAR' } })
    expect(child().isOver).toBe(false)
  })
})

describe('the secrets of an attempt', () => {
  it('are taken out of what it prints and of what ends its child, also when it comes late', async () => {
    make()
    const { context, outcome } = await begin()
    child().tell({ kind: 'secrets', id: 1, texts: ['4111-1111'] })
    child().started()
    child().print('stdout', 'card 4111')
    child().print('stdout', '-1111\n')
    child().ended()
    await outcome
    child().print('stdout', 'late 4111-1111\n')
    const second = await begin()
    expect(context.lines).toEqual(['info card [REDACTED]'])
    child().tell({ kind: 'secrets', id: 2, texts: ['hunter-2'] })
    child().started()
    child().tell({ kind: 'crashed', error: packThrown(new Error('no card hunter-2 for 4111-1111')) })
    child().over({ code: 1 })
    expect(await second.outcome).toMatchObject({ error: { message: 'no card [REDACTED] for [REDACTED]' } })
    expect([...printed, ...second.context.lines].join()).toContain('late [REDACTED]')
  })

  it('stay taken out when its function calls another, whose payload has others', async () => {
    make()
    const { context, outcome } = await begin()
    child().tell({ kind: 'secrets', id: 1, texts: ['4111-1111'] })
    child().started()
    child().tell({ kind: 'secrets', id: 1, texts: ['hunter-2', '4111-1111-2222'] })
    child().print('stdout', 'card 4111-1111, password hunter-2, card 4111-1111-2222\n')
    child().ended()
    await outcome
    expect(context.lines).toEqual(['info card [REDACTED], password [REDACTED], card [REDACTED]'])
  })
})

describe('what a handler asks of its job', () => {
  it.each([
    [
      {
        how: 'again',
        params: { json: '{"page":2}', note: null },
        at: undefined,
        after: '5m',
        contract: undefined,
      } as const,
      'again',
      { params: { page: 2 }, after: '5m' },
    ],
    [{ how: 'snooze', until: new Date(5) } as const, 'snooze', new Date(5)],
    [{ how: 'cancel', reason: 'gone' } as const, 'cancel', 'gone'],
  ])('%j is judged by the context of the worker', async (end, kind, given) => {
    make()
    const { outcome } = await begin()
    child().ended(end)
    expect(await outcome).toEqual({ value: { kind, given } })
  })

  it('a result that cannot be kept meets whoever stores it with the reason', async () => {
    make()
    const { outcome } = await begin()
    const problem = packThrown(new RotaError('PAYLOAD_INVALID', 'result: member "f" is a function'))
    child().ended({ how: 'returned', value: null, problem })
    const { value } = (await outcome) as { value: unknown }
    expect(() => JSON.stringify(value)).toThrow('result: member "f" is a function')
  })

  it('lines and progress go to the job as they come', async () => {
    make()
    const { context, outcome } = await begin()
    child().tell({ kind: 'lines', id: 1, lines: [{ level: 'warn', message: 'half' }] })
    child().tell({ kind: 'progress', id: 1, value: { json: '{"done":3}', note: null } })
    expect(context.lines).toEqual(['warn half'])
    expect(context.told).toEqual([{ done: 3 }])
    child().ended()
    await outcome
  })
})

describe('time', () => {
  it('counts from the call of the handler, tells it first, and ends its child when the grace is over', async () => {
    make({ graceMs: 500 })
    const { outcome } = await begin()
    await clock.advance(20_000)
    expect(child().kinds).not.toContain('abort')
    child().started()
    await clock.advance(10_000)
    expect(child().sent.at(-1)).toMatchObject({ kind: 'abort', id: 1 })
    expect(child().killed).toBe(0)
    await clock.advance(500)
    expect(child().killed).toBe(1)
    expect(await outcome).toMatchObject({ error: { code: 'TIMEOUT', facts: { id: 'job-1', timeoutMs: 10_000 } } })
  })

  it('an attempt that heeds its time-out has timed out all the same, and keeps its child', async () => {
    make()
    const { outcome } = await begin()
    child().started()
    await clock.advance(10_000)
    child().ended()
    expect(await outcome).toMatchObject({ error: { code: 'TIMEOUT' } })
    await clock.advance(5000)
    expect(child().killed).toBe(0)
  })

  it('is not that of output which arrives after the handler has ended', async () => {
    make()
    const { outcome } = await begin()
    child().started()
    await clock.advance(9_999)
    child().tell({
      kind: 'ended',
      id: 1,
      end: { how: 'returned', value: { json: '"done"', note: null }, problem: null },
    })
    await clock.advance(1000)
    expect(await outcome).toEqual({ value: 'done' })
    expect(child().kinds).not.toContain('abort')
  })

  it('an abort by the worker is hard as well, and its reason is the error', async () => {
    make({ graceMs: 100 })
    const { context, outcome } = await begin()
    child().started()
    const reason = new RotaError('JOB_CANCELLED', 'called off')
    context.controller.abort(reason)
    await clock.advance(100)
    expect(child().killed).toBe(1)
    expect(await outcome).toEqual({ error: reason })
  })

  it('a file that is never loaded is given up', async () => {
    make({ loadTimeoutMs: 3000 })
    const { outcome } = await begin()
    await clock.advance(3000)
    expect(child().killed).toBe(1)
    expect(await outcome).toMatchObject({ error: { code: 'HANDLER_INVALID', facts: { lengthMs: 3000 } } })
  })
})

describe('memory', () => {
  it('ends a child that has more than it may', async () => {
    make()
    const { outcome } = await begin()
    child().bytes = 128 * MIB
    await clock.advance(1000)
    expect(child().killed).toBe(0)
    child().bytes = 128 * MIB + 1
    await clock.advance(25)
    expect(child().killed).toBe(1)
    const facts = { limitBytes: 128 * MIB, measuredBytes: 128 * MIB + 1 }
    expect(await outcome).toMatchObject({ error: { code: 'OUT_OF_MEMORY', facts } })
  })

  it('asks the child where nobody else can tell', async () => {
    make()
    const { outcome } = await begin()
    child().bytes = 'ask'
    await clock.advance(25)
    expect(child().kinds).toContain('measure')
    child().tell({ kind: 'measured', bytes: 200 * MIB })
    await clock.advance(25)
    expect(await outcome).toMatchObject({ error: { code: 'OUT_OF_MEMORY' } })
  })

  it('says that the heap was full when V8 does', async () => {
    make()
    const { outcome } = await begin()
    child().over({ signal: 'SIGABRT', heapFull: true })
    expect(await outcome).toMatchObject({ error: { code: 'OUT_OF_MEMORY', facts: { measuredBytes: null } } })
  })
})

describe('a child that ends', () => {
  it('fails its attempt, and the next attempt gets another', async () => {
    make()
    const first = await begin()
    child().over({ code: 3 })
    expect(await first.outcome).toMatchObject({
      error: { code: 'HANDLER_EXITED', facts: { exitCode: 3, signal: null } },
    })
    const second = await begin()
    expect(children).toHaveLength(2)
    child(1).ended()
    expect(await second.outcome).toEqual({ value: 'done' })
  })

  it('tells what failed in it behind the back of its handler', async () => {
    make()
    const { outcome } = await begin()
    child().tell({ kind: 'crashed', error: packThrown(new TypeError('later')) })
    child().over({ code: 1 })
    expect(await outcome).toMatchObject({ error: { name: 'TypeError', message: 'later' } })
  })

  it('tells why its file could not be loaded', async () => {
    make()
    const { outcome } = await begin()
    child().tell({ kind: 'load-failed', error: packThrown(new SyntaxError('Unexpected token')) })
    child().over({ code: 1 })
    expect(await outcome).toMatchObject({
      error: {
        code: 'HANDLER_INVALID',
        message: 'task "orders:process" cannot be loaded from /app/a.mjs: Unexpected token',
        cause: { name: 'SyntaxError' },
      },
    })
  })

  it('is replaced when it was to be kept ready, once for each attempt and never by itself', async () => {
    make({ warm: 2 })
    expect(children).toHaveLength(2)
    child(0).over({ code: 1 })
    child(1).over({ code: 1 })
    await clock.advance(60_000)
    expect(children).toHaveLength(2)
    const { outcome } = await begin()
    child(2).ended()
    await outcome
    expect(children).toHaveLength(4)
  })
})

describe('output', () => {
  it('goes to the log of the job that printed it, the last line too', async () => {
    make()
    const { context, outcome } = await begin()
    child().print('stdout', 'one\ntw')
    child().print('stdout', 'o\nthree')
    child().print('stderr', 'bad\n')
    child().ended()
    await outcome
    expect(context.lines).toEqual(['info one', 'info two', 'info three', 'error bad'])
    child().print('stdout', 'afterwards\n')
    await clock.advance(1000)
    expect(printed).toEqual(['stdout afterwards'])
  })

  it('is told while the handler runs', async () => {
    make()
    const { context, outcome } = await begin()
    child().print('stdout', 'half way\n')
    await clock.advance(25)
    expect(context.lines).toEqual(['info half way'])
    child().ended()
    await outcome
  })

  it('that never ends does not hold up its attempt', async () => {
    make()
    const { outcome } = await begin()
    child().tell({ kind: 'ended', id: 1, end: { how: 'returned', value: null, problem: null } })
    await clock.advance(1000)
    expect(await outcome).toEqual({ value: undefined })
  })
})

describe('children that nobody needs', () => {
  it('end when they have been idle for long, down to those that are kept ready', async () => {
    make({ idleMs: 60_000, warm: 1 })
    const attempts = [await begin(), await begin(), await begin()]
    for (const one of children) one.ended()
    await Promise.all(attempts.map(({ outcome }) => outcome))
    await clock.advance(59_000)
    expect(runner.figures.children).toBe(3)
    await clock.advance(2000)
    expect(runner.figures.children).toBe(1)
  })

  it('do not keep the program up, those that run do', async () => {
    make({ warm: 1 })
    expect(child().held).toBe(false)
    const { outcome } = await begin()
    expect(child().held).toBe(true)
    child().ended()
    await outcome
    expect(child().held).toBe(false)
  })

  it('end when another file is to be run, and those that run end first', async () => {
    make({ warm: 2 })
    const { outcome } = await begin()
    const [busy, idle] = child(0).id === 1 ? [child(0), child(1)] : [child(1), child(0)]
    runner.use('/app/b.mjs')
    expect(idle.isOver).toBe(true)
    expect(busy.isOver).toBe(false)
    busy.ended()
    expect(await outcome).toEqual({ value: 'done' })
    expect(busy.isOver).toBe(true)
    expect(children.slice(2).map(({ sent }) => sent[0])).toMatchObject([{ file: '/app/b.mjs' }, { file: '/app/b.mjs' }])
  })
})

describe('closing', () => {
  it('waits for the attempt under way, takes no more, and ends every child', async () => {
    make()
    const { outcome } = await begin()
    let closed = false
    const closing = runner.close().then(() => (closed = true))
    await clock.settle()
    expect(closed).toBe(false)
    await expect(runner.run(1, fakeContext())).rejects.toMatchObject({ code: 'ABORTED' })
    child().ended()
    expect(await outcome).toEqual({ value: 'done' })
    await closing
    expect(child()).toMatchObject({ asked: 1, killed: 0, isOver: true })
    expect(clock.timers).toEqual([])
  })

  it('ends a child that does not end when it is asked to', async () => {
    make({ warm: 1, graceMs: 500 })
    child().hangs = true
    const closing = runner.close()
    await clock.advance(500)
    await closing
    expect(child().killed).toBe(1)
  })
})
