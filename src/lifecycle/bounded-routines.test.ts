import { describe, expect, it } from 'vitest'
import { RetryError, RotaError, TerminateError } from '../model/errors.js'
import { FakeClock } from '../time/fake-clock.js'
import { aborted } from './aborted.js'
import { withClock } from './clock-context.js'
import { ignoreError } from './ignore-error.js'
import { onError } from './on-error.js'
import type { RoutineLike } from './routine.js'
import { sleep } from './sleep.js'
import { withRetry } from './with-retry.js'
import { withTimeout } from './with-timeout.js'

const failWith = (error: unknown) => (): Promise<void> => Promise.reject(error)

/** Runs a routine on a clock of its own: `running`, `done`, or its error. */
function start(work: RoutineLike, signal?: AbortSignal) {
  const clock = new FakeClock()
  const state: { outcome: unknown } = { outcome: 'running' }
  void withClock(
    clock,
    work,
  )(signal).then(
    () => void (state.outcome = 'done'),
    (error: unknown) => void (state.outcome = error),
  )
  return { clock, state }
}

describe('onError', () => {
  const handled: unknown[] = []
  const handle = (error: unknown): void => void handled.push(error)

  it('C-22 does not call its handler when nothing has failed', async () => {
    await onError(() => undefined, handle)()
    expect(handled).toEqual([])
  })

  it('C-22 does not call its handler for a stop', async () => {
    const controller = new AbortController()
    const wait = async (signal: AbortSignal): Promise<void> => {
      throw await aborted(signal)
    }
    const running = onError(wait, handle)(controller.signal)
    controller.abort()
    await expect(running).rejects.toBe(controller.signal.reason)
    expect(handled).toEqual([])
  })

  it('C-22 calls its handler for any other error, and ends as the handler does', async () => {
    const [error, other] = [new Error('broken'), new Error('worse')]
    await onError(failWith(error), handle)()
    expect(handled).toEqual([error])
    await expect(onError(failWith(error), () => Promise.reject(other))()).rejects.toBe(other)
  })
})

describe('ignoreError', () => {
  class NotFound extends Error {}
  const error = new NotFound('gone')

  it('C-23 ignores all when none is listed', async () => {
    await ignoreError(failWith(error))()
    await ignoreError(failWith('a text'))()
  })

  it('C-23 ignores what is listed, by its class or itself', async () => {
    await ignoreError(failWith(error), NotFound)()
    await ignoreError(failWith(error), TypeError, error)()
  })

  it('C-23 fails with what is not listed', async () => {
    await expect(ignoreError(failWith(error), TypeError, new NotFound('gone'))()).rejects.toBe(error)
  })

  it('C-23 ignores what was caused by what is listed', async () => {
    const wrapped = new Error('load', { cause: new Error('read', { cause: error }) })
    await ignoreError(failWith(wrapped), NotFound)()
    await ignoreError(failWith(new AggregateError([wrapped, error])), NotFound)()
    const mixed = new AggregateError([wrapped, new Error('other')])
    await expect(ignoreError(failWith(mixed), NotFound)()).rejects.toBe(mixed)
  })
})

describe('withRetry', () => {
  /** Fails the first so many times. */
  const flaky = (failures: number, error: unknown = new Error('down')) => {
    const times: number[] = []
    const work = (clock: FakeClock) => (): Promise<void> => {
      times.push(clock.monotonic())
      return times.length <= failures ? Promise.reject(error) : Promise.resolve()
    }
    return { times, work }
  }

  it('tries until it succeeds, with pauses that grow', async () => {
    const clock = new FakeClock()
    const { times, work } = flaky(3)
    const backoff = { type: 'exponential', base: '1 second', jitter: false } as const
    const running = withClock(clock, withRetry({ backoff }, work(clock)))()
    await clock.advance(60_000)
    await running
    expect(times).toEqual([0, 1000, 3000, 7000])
  })

  it('rejects with the last error once its tries are spent', async () => {
    const error = new Error('down')
    let tries = 0
    const { clock, state } = start(
      withRetry({ maxTries: 3, backoff: () => 1000 }, () => {
        tries++
        throw error
      }),
    )
    await clock.advance(10_000)
    expect([tries, state.outcome]).toEqual([3, error])
  })

  it('has ten tries when nothing is said, and no limit but the time with `within`', async () => {
    for (const [policy, expected] of [
      [{ backoff: () => 1000 }, 10],
      [{ backoff: () => 1000, within: '20 seconds' }, 21],
    ] as const) {
      let tries = 0
      const { clock } = start(withRetry(policy, () => Promise.reject(new Error(String(++tries)))))
      await clock.advance(60_000)
      expect(tries).toBe(expected)
    }
  })

  it('obeys a TerminateError and a RetryError', async () => {
    const terminated = new TerminateError('card stolen')
    await expect(withRetry({}, failWith(terminated))()).rejects.toBe(terminated)
    const clock = new FakeClock()
    const { times, work } = flaky(1, new RetryError({ after: '7 minutes' }))
    const running = withClock(clock, withRetry({}, work(clock)))()
    await clock.advance(420_000)
    await running
    expect(times).toEqual([0, 420_000])
  })

  it('tries nothing again after the abort', async () => {
    const controller = new AbortController()
    const { clock, state } = start(withRetry({ backoff: () => 1000 }, failWith(new Error('down'))), controller.signal)
    await clock.advance(500)
    controller.abort()
    await clock.settle()
    expect(state.outcome).toBe(controller.signal.reason)
    expect(clock.timers).toEqual([])
  })

  it('refuses what makes no sense at once', () => {
    expect(() => withRetry({ maxTries: 0 }, () => undefined)).toThrow('withRetry: maxTries: expected 1 or more, got 0')
    expect(() => withRetry({ tries: 3 } as never, () => undefined)).toThrow('got "tries"')
  })
})

describe('withTimeout', () => {
  const late = { code: 'TIMEOUT', message: 'poll took longer than 5s' }

  it('lets a routine be that is faster, and leaves no timer', async () => {
    const { clock, state } = start(withTimeout('5 seconds', () => sleep('4 seconds')))
    await clock.advance(4000)
    expect(state.outcome).toBe('done')
    expect(clock.timers).toEqual([])
  })

  it('aborts one that is slower, and rejects once that has ended', async () => {
    let seen: unknown
    async function poll(signal: AbortSignal): Promise<void> {
      seen = await aborted(signal)
      await sleep('300ms')
    }
    const { clock, state } = start(withTimeout('5 seconds', poll))
    await clock.advance(5000)
    expect(seen).toBeInstanceOf(RotaError)
    expect(state.outcome).toBe('running')
    await clock.advance(300)
    expect(state.outcome).toBe(seen)
    expect(state.outcome).toMatchObject(late)
  })

  it('does not wait for one that does not listen, beyond its grace', async () => {
    const poll = (): Promise<void> => new Promise(() => undefined)
    const { clock, state } = start(withTimeout('5 seconds', poll, { grace: '2 seconds' }))
    await clock.advance(6999)
    expect(state.outcome).toBe('running')
    await clock.advance(1)
    expect(state.outcome).toMatchObject(late)
  })

  it('tells a failure of its own rather than that it was late', async () => {
    const own = new Error('disk full')
    const poll = async (signal: AbortSignal): Promise<void> => {
      await aborted(signal)
      throw own
    }
    const { clock, state } = start(withTimeout('5 seconds', poll))
    await clock.advance(5000)
    expect(state.outcome).toBe(own)
  })

  it('leaves the time to others once the outer signal has aborted', async () => {
    const controller = new AbortController()
    const reason = new Error('shut down')
    async function poll(signal: AbortSignal): Promise<void> {
      const seen = await aborted(signal)
      await sleep('1 hour')
      throw seen
    }
    const { clock, state } = start(withTimeout('5 seconds', poll), controller.signal)
    await clock.settle()
    controller.abort(reason)
    await clock.advance(3_599_999)
    expect(state.outcome).toBe('running')
    await clock.advance(1)
    expect(state.outcome).toBe(reason)
  })
})
