import { EventEmitter } from 'node:events'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../time/fake-clock.js'
import { aborted } from './aborted.js'
import { withClock } from './clock-context.js'
import { concurrence } from './concurrence.js'
import { mainOf } from './main.js'
import type { MainOptions } from './main.js'
import type { ProcessHost } from './process-signals.js'
import { routine } from './routine.js'
import type { RoutineLike } from './routine.js'
import type { MainSummary } from './run-main.js'
import { sequence } from './sequence.js'
import { sleep } from './sleep.js'
import { withSignalsOf } from './with-signals.js'

/** A process that only remembers. */
class FakeProcess extends EventEmitter implements ProcessHost {
  exitCode: number | undefined
  readonly exits: number[] = []
  written = ''
  readonly stderr = { write: (text: string) => void (this.written += text) }

  exit(code: number): void {
    this.exits.push(code)
  }

  get subscribed(): readonly string[] {
    return this.eventNames() as string[]
  }

  send(signal: NodeJS.Signals): void {
    this.emit(signal, signal)
  }
}

/** A program on a clock and in a process of its own. */
class Rig {
  readonly clock = new FakeClock()
  readonly host = new FakeProcess()
  summary: MainSummary | undefined
  running: Promise<void> = Promise.resolve()

  start(...args: readonly (MainOptions | RoutineLike)[]): this {
    this.running = withClock(this.clock, async () => void (this.summary = await mainOf(this.host, args)))()
    return this
  }
}

const waitAndThrow = async (signal: AbortSignal): Promise<void> => {
  throw await aborted(signal)
}

describe('main', () => {
  it('C-10 without routines succeeds at once', async () => {
    const { running, host, clock } = new Rig().start()
    await running
    expect([host.subscribed, host.exits, host.exitCode, host.written]).toEqual([[], [], undefined, ''])
    expect(clock.timers).toEqual([])
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('C-11 aborts its routines at %s, and succeeds', async (signal) => {
    let reason: unknown
    const wait = async (given: AbortSignal): Promise<void> => void (reason = await aborted(given))
    const rig = new Rig().start(wait, waitAndThrow)
    await rig.clock.advance(86_400_000)
    expect(rig.summary).toBeUndefined()
    rig.host.send(signal)
    await rig.running
    expect(rig.summary).toEqual({ code: 0, signal })
    expect(reason).toMatchObject({ name: 'AbortError', message: `${signal} asked the program to end` })
    expect([rig.host.exits, rig.host.exitCode, rig.host.written]).toEqual([[], undefined, ''])
    expect([rig.host.subscribed, rig.clock.timers]).toEqual([[], []])
  })

  it('C-12 goes on when a routine ends by itself', async () => {
    let stopped = false
    const wait = async (signal: AbortSignal): Promise<void> => {
      await aborted(signal)
      stopped = true
    }
    const rig = new Rig().start(() => undefined, wait)
    await rig.clock.advance(3_600_000)
    expect([stopped, rig.summary]).toEqual([false, undefined])
    rig.host.send('SIGTERM')
    await rig.running
    expect(stopped).toBe(true)
  })

  it('C-13 stops all when one fails, reports the error, and says so with the exit code', async () => {
    const error = new Error('broken')
    let stopped = false
    const wait = async (signal: AbortSignal): Promise<void> => {
      await aborted(signal)
      stopped = true
    }
    const rig = new Rig().start(wait, () => Promise.reject(error))
    await rig.running
    expect(rig.summary).toEqual({ code: 1, error })
    expect([stopped, rig.host.exitCode, rig.host.exits]).toEqual([true, 1, []])
    expect(rig.host.written).toBe(`main: ${inspect(error)}\n`)
  })

  it('C-14 takes an error that was caused by the abort for a clean stop', async () => {
    const rig = new Rig().start(async (signal) => {
      throw new Error('stopped reading', { cause: await aborted(signal) })
    })
    await rig.clock.settle()
    rig.host.send('SIGINT')
    await rig.running
    expect(rig.summary).toEqual({ code: 0, signal: 'SIGINT' })
  })

  it('C-15 tells an error of its own after the abort', async () => {
    const error = new Error('could not flush')
    const rig = new Rig().start(async (signal) => {
      await aborted(signal)
      throw error
    })
    await rig.clock.settle()
    rig.host.send('SIGTERM')
    await rig.running
    expect(rig.summary).toEqual({ code: 1, signal: 'SIGTERM', error })
    expect(rig.host.exitCode).toBe(1)
  })

  it('ends with its own signal too', async () => {
    const controller = new AbortController()
    const rig = new Rig().start({ signal: controller.signal }, waitAndThrow)
    await rig.clock.settle()
    controller.abort()
    await rig.running
    expect(rig.summary).toEqual({ code: 0 })
  })

  it('names the routines that have not stopped within the grace, and exits with 1', async () => {
    const stuck = (): Promise<void> => new Promise(() => undefined)
    const rig = new Rig().start(
      { grace: '5 seconds' },
      concurrence(
        waitAndThrow,
        sequence(() => undefined, routine(stuck, 'mail')),
      ),
      (signal) => aborted(signal),
      () => stuck(),
    )
    await rig.clock.settle()
    rig.host.send('SIGTERM')
    await rig.clock.advance(4999)
    expect(rig.host.exits).toEqual([])
    await rig.clock.advance(1)
    await rig.running
    expect([rig.host.exits, rig.host.exitCode]).toEqual([[1], 1])
    expect(rig.summary?.error).toMatchObject({ code: 'TIMEOUT', facts: { routines: ['routine 3', 'mail'] } })
    expect(rig.host.written).toContain('after 5s not stopped: routine 3, mail')
    expect(rig.host.written).toContain('SIGTERM asked the program to end')
  })

  it('shows the failure that began a stop that does not end', async () => {
    const rig = new Rig().start(
      { grace: 1000 },
      () => Promise.reject(new Error('disk full')),
      () => new Promise(() => undefined),
    )
    await rig.clock.advance(1000)
    await rig.running
    expect(rig.host.written).toContain('disk full')
  })

  it('has 29 seconds when nothing is said', async () => {
    const rig = new Rig().start(() => new Promise(() => undefined))
    await rig.clock.settle()
    rig.host.send('SIGTERM')
    await rig.clock.advance(28_999)
    expect(rig.host.exits).toEqual([])
    await rig.clock.advance(1)
    expect(rig.host.exits).toEqual([1])
  })

  it('ends at once at a further signal, with the usual code and the names of what ran', async () => {
    const rig = new Rig().start(routine(() => new Promise(() => undefined), 'mail'))
    await rig.clock.settle()
    rig.host.send('SIGINT')
    await rig.clock.advance(499)
    rig.host.send('SIGINT') // the echo that a package manager passes on
    expect(rig.host.exits).toEqual([])
    await rig.clock.advance(1)
    rig.host.send('SIGTERM')
    expect(rig.host.exits).toEqual([143])
    expect(rig.host.written).toContain('SIGTERM came again, not stopped: mail')
  })

  it('C-24 subscribes exactly the signals that it is given, while it runs', async () => {
    const rig = new Rig().start({ signals: ['SIGUSR2', 'SIGHUP'] }, waitAndThrow)
    await rig.clock.settle()
    expect(rig.host.subscribed).toEqual(['SIGUSR2', 'SIGHUP'])
    rig.host.send('SIGHUP')
    await rig.running
    expect([rig.summary, rig.host.subscribed]).toEqual([{ code: 0, signal: 'SIGHUP' }, []])
  })

  it('tells somebody else, if told so', async () => {
    const told: unknown[] = []
    const error = new Error('broken')
    const rig = new Rig().start({ report: (one) => told.push(one) }, () => Promise.reject(error))
    await rig.running
    expect([told, rig.host.written]).toEqual([[error], ''])
  })

  it('refuses what makes no sense at once', () => {
    const host = new FakeProcess()
    expect(() => mainOf(host, [{ grace: 'soon' }])).toThrow('main: grace must be a duration')
    expect(() => mainOf(host, [{ signals: ['SIGFOO' as never] }])).toThrow(
      'main: signals: expected names such as SIGTERM, got "SIGFOO"',
    )
    expect(() => mainOf(host, [{ timeout: 5 } as never])).toThrow('got "timeout"')
    expect(() => mainOf(host, [Promise.resolve() as never])).toThrow(
      'a routine that is not called yet, got "a promise"',
    )
    expect(() => mainOf(host, [sleep as never, 5 as never])).toThrow('routine: expected a function or an object')
  })
})

describe('withSignals', () => {
  it('C-24 subscribes exactly the signals that it is given, and aborts its routine at one', async () => {
    const host = new FakeProcess()
    const running = withSignalsOf(host, waitAndThrow, ['SIGUSR1'])()
    expect(host.subscribed).toEqual(['SIGUSR1'])
    host.send('SIGUSR1')
    await running
    expect([host.subscribed, host.exits]).toEqual([[], []])
  })

  it('tells a failure, also after the signal', async () => {
    const host = new FakeProcess()
    const error = new Error('could not flush')
    const running = withSignalsOf(
      host,
      async (signal) => {
        await aborted(signal)
        throw error
      },
      ['SIGTERM'],
    )()
    host.send('SIGTERM')
    await expect(running).rejects.toBe(error)
    await expect(withSignalsOf(host, () => Promise.reject(error), ['SIGTERM'])()).rejects.toBe(error)
  })

  it('forces the end at a second signal, half a second later', async () => {
    const clock = new FakeClock()
    const host = new FakeProcess()
    void withClock(
      clock,
      withSignalsOf(host, () => new Promise(() => undefined), ['SIGINT']),
    )()
    host.send('SIGINT')
    await clock.advance(500)
    host.send('SIGINT')
    expect(host.exits).toEqual([130])
  })
})
