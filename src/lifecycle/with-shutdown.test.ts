import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../time/fake-clock.js'
import { aborted } from './aborted.js'
import { withClock } from './clock-context.js'
import { sleep } from './sleep.js'
import { withShutdown } from './with-shutdown.js'
import type { ShutdownOptions } from './with-shutdown.js'
import { withValue } from './with-value.js'

const nothing = (): void => undefined

/** Runs a component on a clock of its own until it is aborted. */
function rig(
  start: (signal: AbortSignal) => unknown,
  stop: (signal: AbortSignal) => unknown,
  options?: ShutdownOptions,
) {
  const clock = new FakeClock()
  const controller = new AbortController()
  const state: { outcome: unknown } = { outcome: 'running' }
  const running = withClock(
    clock,
    withShutdown(start, stop, options),
  )(controller.signal).then(
    () => void (state.outcome = 'done'),
    (error: unknown) => void (state.outcome = error),
  )
  return { clock, abort: () => controller.abort(), state, running }
}

describe('withShutdown', () => {
  it('stays up when its start has resolved, until the abort; then it stops', async () => {
    const calls: string[] = []
    const { clock, abort, state, running } = rig(
      () => calls.push('start'),
      () => calls.push('stop'),
    )
    await clock.advance(86_400_000)
    expect([calls, state.outcome]).toEqual([['start'], 'running'])
    abort()
    await running
    expect([calls, state.outcome]).toEqual([['start', 'stop'], 'done'])
    expect(clock.timers).toEqual([])
  })

  it('C-16 gives stop a signal that lives half the grace and has aborted after it', async () => {
    const seen: boolean[] = []
    const stop = async (signal: AbortSignal): Promise<void> => {
      seen.push(signal.aborted)
      await sleep('5 seconds')
      seen.push(signal.aborted)
      await sleep('6 seconds')
      seen.push(signal.aborted)
    }
    const { clock, abort, state } = rig(nothing, stop, { grace: '10 seconds' })
    await clock.settle()
    abort()
    await clock.advance(20_000)
    expect(seen).toEqual([false, false, true])
    expect(state.outcome).toBe('done')
  })

  it('C-16 shows start and stop the values that it was run with', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: (string | undefined)[] = []
    const look = (): void => void seen.push(storage.getStore())
    const controller = new AbortController()
    const running = withValue(storage, 'here', withShutdown(look, look))(controller.signal)
    await Promise.resolve()
    storage.run('elsewhere', () => controller.abort())
    await running
    expect(seen).toEqual(['here', 'here'])
  })

  it('C-17 fails with the error of start, and does not stop what has not started', async () => {
    const error = new Error('port taken')
    let stopped = false
    for (const start of [() => Promise.reject(error), throwing(error)]) {
      await expect(withShutdown(start, () => (stopped = true))()).rejects.toBe(error)
    }
    expect(stopped).toBe(false)
  })

  it('C-17 fails with the error of stop', async () => {
    const error = new Error('cannot close')
    for (const stop of [() => Promise.reject(error), throwing(error)]) {
      const { clock, abort, running, state } = rig(nothing, stop)
      await clock.settle()
      abort()
      await running
      expect(state.outcome).toBe(error)
    }
  })

  it('tells a stop that gives up at its signal from a clean stop, and names it', async () => {
    const stop = async (signal: AbortSignal): Promise<void> => {
      throw await aborted(signal)
    }
    function listen(): void {}
    const { clock, abort, running, state } = rig(listen, stop, { grace: '10 seconds' })
    await clock.settle()
    abort()
    await clock.advance(10_000)
    await running
    expect(state.outcome).toMatchObject({ code: 'TIMEOUT', message: 'listen has not stopped within 10s' })
  })

  it('stops what was still starting, and does not tell what became of that', async () => {
    let stopped = false
    const start = (signal: AbortSignal): Promise<void> => sleep('1 hour', signal)
    const { clock, abort, running, state } = rig(start, () => (stopped = true))
    await clock.settle()
    abort()
    await running
    expect([stopped, state.outcome]).toEqual([true, 'done'])
  })

  it('waits for a start that goes on, no longer than the grace', async () => {
    const { clock, abort, state } = rig(() => new Promise(nothing), nothing, { grace: '10 seconds' })
    await clock.settle()
    abort()
    await clock.advance(9999)
    expect(state.outcome).toBe('running')
    await clock.advance(1)
    expect(state.outcome).toBe('done')
  })

  it('lasts as long as its start, if told so, and stops it also when it ends by itself', async () => {
    let stopped = 0
    const stop = (): void => {
      stopped += 1
    }
    const ended = rig(() => sleep('1 hour'), stop, { until: 'start-ends' })
    await ended.clock.advance(3_599_999)
    expect([stopped, ended.state.outcome]).toEqual([0, 'running'])
    await ended.clock.advance(1)
    expect([stopped, ended.state.outcome]).toEqual([1, 'done'])

    const abortedOne = rig((signal) => sleep('1 hour', signal), stop, { until: 'start-ends' })
    await abortedOne.clock.settle()
    abortedOne.abort()
    await abortedOne.running
    expect([stopped, abortedOne.state.outcome]).toEqual([2, 'done'])
  })

  it('starts nothing once its signal has aborted', async () => {
    let calls = 0
    const call = (): void => {
      calls += 1
    }
    await withShutdown(call, call)(AbortSignal.abort())
    expect(calls).toBe(0)
  })

  it('refuses what makes no sense at once', () => {
    expect(() => withShutdown(nothing, undefined as never)).toThrow(
      'withShutdown: expected start and stop to be functions',
    )
    expect(() => withShutdown(nothing, nothing, { until: 'end' as never })).toThrow('abort or start-ends, got "end"')
    expect(() => withShutdown(nothing, nothing, { grace: 'soon' })).toThrow('withShutdown: grace must be a duration')
  })
})

function throwing(error: Error): () => never {
  return () => {
    throw error
  }
}
