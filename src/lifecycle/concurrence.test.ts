import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../time/fake-clock.js'
import { aborted } from './aborted.js'
import { withClock } from './clock-context.js'
import { concurrence } from './concurrence.js'
import { sleep } from './sleep.js'
import { withValue } from './with-value.js'

/** Waits for the abort and rejects with its reason, as `fetch` does. */
const waitAndThrow = async (signal: AbortSignal): Promise<void> => {
  throw await aborted(signal)
}

/** Waits for the abort and returns. */
const waitAndReturn = async (signal: AbortSignal): Promise<void> => {
  await aborted(signal)
}

const failWith = (error: unknown) => (): Promise<void> => Promise.reject(error)

describe('concurrence', () => {
  it('C-02 of nothing succeeds', async () => {
    await concurrence()()
  })

  it('C-05 runs all side by side', async () => {
    let sum = 0
    let started = 0
    let allStarted: () => void = () => undefined
    const gate = new Promise<void>((resolve) => (allStarted = resolve))
    const add = (amount: number) => async (): Promise<void> => {
      if (++started === 3) allStarted()
      await gate // none ends before all have started
      sum += amount
    }
    await concurrence(add(1), add(10), add(100))()
    expect(sum).toBe(111)
  })

  it('C-06 lasts until its signal aborts when its routines do', async () => {
    const clock = new FakeClock()
    const controller = new AbortController()
    let ended = false
    const all = concurrence(waitAndThrow, waitAndReturn, (signal) => sleep('365 days', signal))
    const running = withClock(clock, all)(controller.signal).then(() => (ended = true))
    await clock.advance(30 * 86_400_000)
    expect(ended).toBe(false)
    controller.abort()
    await running
    expect(ended).toBe(true)
  })

  it('C-07 aborts the others when one fails, with its error as the reason, and rejects with that error', async () => {
    const error = new Error('broken')
    const reasons: unknown[] = []
    const wait = async (signal: AbortSignal): Promise<void> => {
      const reason = await aborted(signal)
      reasons.push(reason)
      throw reason
    }
    await expect(concurrence(wait, failWith(error), wait)()).rejects.toBe(error)
    expect(reasons).toEqual([error, error])
  })

  it('C-07 waits for all before it rejects', async () => {
    const clock = new FakeClock()
    const error = new Error('broken')
    let cleanedUp = false
    const slow = async (signal: AbortSignal): Promise<void> => {
      await aborted(signal)
      await sleep('5 seconds')
      cleanedUp = true
    }
    const running = withClock(clock, concurrence(slow, failWith(error)))().catch((thrown: unknown) => thrown)
    await clock.settle()
    expect(cleanedUp).toBe(false)
    await clock.advance(5000)
    expect(await running).toBe(error)
    expect(cleanedUp).toBe(true)
  })

  it('C-08 gathers several failures in the order of failing', async () => {
    const [first, second, third] = [new Error('first'), new TypeError('second'), new RangeError('third')]
    const fail = async (signal: AbortSignal, turns: number, error: Error): Promise<void> => {
      await aborted(signal)
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      throw error
    }
    const all = concurrence(
      (signal) => fail(signal, 9, third),
      failWith(first),
      (signal) => fail(signal, 3, second),
    )
    const error: unknown = await all().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AggregateError)
    expect((error as AggregateError).errors).toEqual([first, second, third])
  })

  it('C-09 succeeds when one asks for a stop by an AbortError, and stops the others', async () => {
    let stopped = 0
    const wait = async (signal: AbortSignal): Promise<void> => {
      await aborted(signal)
      stopped++
    }
    await concurrence(wait, failWith(new DOMException('no more', 'AbortError')), wait)()
    expect(stopped).toBe(2)
  })

  it('takes what the reason of an abort has caused for a stop, and nothing else', async () => {
    const controller = new AbortController()
    const wrap = async (signal: AbortSignal): Promise<void> => {
      const reason = await aborted(signal)
      throw new Error('upload failed', { cause: new Error('connection closed', { cause: reason }) })
    }
    const listen = async (signal: AbortSignal): Promise<void> => {
      await once(new EventTarget(), 'never', { signal })
    }
    const running = concurrence(wrap, listen, waitAndThrow)(controller.signal)
    controller.abort(new Error('enough'))
    await running

    const own = new Error('disk full')
    const other = new AbortController()
    const failing = concurrence(async (signal) => {
      await aborted(signal)
      throw own
    })(other.signal)
    other.abort()
    await expect(failing).rejects.toBe(own)
  })

  it('starts nothing once its signal has aborted', async () => {
    let started = false
    await concurrence(() => {
      started = true
    })(AbortSignal.abort())
    expect(started).toBe(false)
  })

  it('ends in the same way nested: a failure inside aborts everything', async () => {
    const error = new Error('deep')
    const all = concurrence(waitAndThrow, concurrence(waitAndReturn, concurrence(waitAndThrow, failWith(error))))
    await expect(all()).rejects.toBe(error)
  })

  it('shows its routines the values that it was run with', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: (string | undefined)[] = []
    const look = async (): Promise<void> => {
      await Promise.resolve()
      seen.push(storage.getStore())
    }
    await withValue(storage, 'tenant 1', concurrence(look, withValue(storage, 'tenant 2', look)))()
    expect(seen.sort()).toEqual(['tenant 1', 'tenant 2'])
    expect(storage.getStore()).toBeUndefined()
  })
})
