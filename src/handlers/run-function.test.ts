import { beforeEach, describe, expect, test } from 'vitest'
import type { HandlerContext, JobLog } from '../model/handler-context.js'
import { FakeClock } from '../time/fake-clock.js'
import { makeOutcome } from '../model/outcome.js'
import { getContext } from './function-scope.js'
import { runFunction, type StackFunction } from './run-function.js'

let clock: FakeClock
let lines: string[]

beforeEach(() => {
  clock = new FakeClock()
  lines = []
})

function makeContext(): HandlerContext<never, never> {
  const write =
    (level: string) =>
    (message: string): void => {
      lines.push(`${level}: ${message}`)
    }
  const log: JobLog = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  return { log, fence: 7, job: { id: 'j' } } as unknown as HandlerContext<never, never>
}

function run(handler: StackFunction, timeoutMs: number | null = null, payload: unknown = 'payload'): Promise<unknown> {
  return runFunction(handler, payload, makeContext(), { clock, timeoutMs })
}

describe('getContext', () => {
  test('gives the context of the function that runs, however deep below it', async () => {
    const deep = async (): Promise<unknown> => {
      await clock.sleep(5)
      const { event, fence, job } = getContext()
      return { event, fence, id: job.id }
    }
    const ended = run(() => deep())
    await clock.advance(5)
    expect(await ended).toEqual({ event: 'payload', fence: 7, id: 'j' })
  })

  test('D-24: keeps functions apart that run at one time', async () => {
    const echo = async (): Promise<unknown> => {
      await clock.sleep(5)
      return getContext().event
    }
    const ended = Promise.all([run(echo, null, 1), run(echo, null, 2), run(() => run(echo, null, 3), null, 4)])
    await clock.advance(10)
    expect(await ended).toEqual([1, 2, 3])
  })

  test('refuses to be called outside of one', () => {
    expect(() => getContext()).toThrow(/^getContext: expected to be called below a function/)
  })
})

describe('D-14: hooks', () => {
  const hooked = async (handler: StackFunction): Promise<string[]> => {
    const calls: string[] = []
    await run((payload, context) => {
      context.onFinally(() => calls.push('finally'))
      context.onSuccess((result) => calls.push(`success ${String(result)}`))
      getContext().onFailure((error) => calls.push(`failure ${String(error)}`))
      return handler(payload, context)
    }).catch((error: unknown) => calls.push(`threw ${String(error)}`))
    return calls
  }

  test('of a function that succeeds are those of success, then those of the end', async () => {
    expect(await hooked(() => 3)).toEqual(['success 3', 'finally'])
  })

  test('of a function that fails are those of failure, then those of the end', async () => {
    const failed = ['failure Error: no', 'finally', 'threw Error: no']
    expect(await hooked(() => Promise.reject(new Error('no')))).toEqual(failed)
    expect(
      await hooked(() => {
        throw new Error('no')
      }),
    ).toEqual(failed)
  })

  test.each(['snooze', 'cancel'] as const)('of success are not those of a function that answers %s', async (kind) => {
    expect(await hooked(() => makeOutcome({ kind }))).toEqual(['finally'])
  })

  test('of success are those of an iteration that is followed by another', async () => {
    expect(await hooked(() => makeOutcome({ kind: 'again' }))).toEqual(['success [object Object]', 'finally'])
  })

  test('fail the attempt where they belong to its success, and are logged where it is over', async () => {
    const fail = (): never => {
      throw new Error('hook')
    }
    await expect(run((_payload, { onSuccess }) => onSuccess(fail))).rejects.toThrow('hook')
    expect(await run((_payload, { onFinally }) => onFinally(fail))).toBe(undefined)
    expect(lines).toEqual(['error: onFinally: the callback failed: hook'])
  })
})

describe('D-13: the warning before the time-out', () => {
  const slow: StackFunction = () => clock.sleep(20_000)

  test('is written a second before it, once, and stops nothing', async () => {
    const ended = run(slow, 10_000)
    await clock.advance(8_999)
    expect(lines).toEqual([])
    await clock.advance(1)
    expect(lines).toEqual(['warn: TimeoutError: still running, the attempt ends after 10 seconds'])
    await clock.advance(20_000)
    await ended
    expect(lines).toHaveLength(1)
  })

  test('comes after a second at the earliest', async () => {
    const ended = run(slow, 1_500)
    await clock.advance(999)
    expect(lines).toEqual([])
    await clock.advance(1)
    expect(lines).toHaveLength(1)
    await clock.advance(20_000)
    await ended
  })

  test('is not written for a function that ends in time, well or not', async () => {
    expect(await run(() => 1, 10_000)).toBe(1)
    await expect(run(() => Promise.reject(new Error('no')), 10_000)).rejects.toThrow('no')
    await clock.advance(20_000)
    expect(lines).toEqual([])
    expect(clock.timers).toEqual([])
  })
})
