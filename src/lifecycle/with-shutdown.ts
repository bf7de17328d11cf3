import { abortable } from '../async/abortable.js'
import type { DurationInput } from '../model/policy.js'
import { parseDuration } from '../time/duration.js'
import { aborted } from './aborted.js'
import { fillOptions } from './fill-options.js'
import { overdue } from './overdue.js'
import { withOwnSignal } from '../async/own-signal.js'
import { refusal } from './refusal.js'
import { callRoutine, makeRoutine } from './routine.js'
import type { Routine, RoutineFunction } from './routine.js'
import { hasPassed } from './sleep.js'

/** How a component with a start and a stop is run. */
export interface ShutdownOptions {
  /**
   * How long `stop` may take before its signal aborts; it is waited for all the same.
   * @defaultValue `'25 seconds'` (Kubernetes kills after 30)
   */
  readonly grace?: DurationInput
  /**
   * How long the routine lasts. `'abort'`: a `start` that resolves means that the component is ready, and the routine goes on until its
   * signal aborts. `'start-ends'`: `start` lasts as long as the component, and `stop` is also called when it resolves by itself.
   * @defaultValue `'abort'`
   */
  readonly until?: 'abort' | 'start-ends'
}

/**
 * Makes a routine of a component that is started by one function and stopped by another. `stop` is called once the signal aborts; its own signal
 * aborts when the grace is over. A `start` that fails fails the routine, and `stop` is not called; once the signal has aborted, what
 * becomes of `start` does not matter any more, but it is waited for within the grace.
 *
 * ```ts
 * withShutdown(() => consumer.connect(), () => consumer.disconnect(), { grace: '10 seconds' })
 * ```
 */
export function withShutdown(
  start: (signal: AbortSignal) => unknown,
  stop: (signal: AbortSignal) => unknown,
  options: ShutdownOptions = {},
): Routine {
  for (const act of [start, stop]) {
    if (typeof act !== 'function') throw refusal('withShutdown', 'start and stop to be functions', act)
  }
  const { until, grace } = fillOptions(
    'withShutdown',
    options,
    { until: 'abort', grace: '25 seconds' },
    { until: ['abort', 'start-ends'] },
  )
  const graceMs = parseDuration(grace, 'withShutdown: grace')
  const { name } = start
  return makeRoutine(name, (signal) =>
    withOwnSignal(signal, async ({ signal: own }) => {
      if (own.aborted) return
      const starting = callRoutine(start as RoutineFunction, own)
      await unlessAborted(until === 'abort' ? starting.then(() => aborted(own)) : starting, own)
      const [limit, stopped] = [new AbortController(), new AbortController()]
      const timing = hasPassed(graceMs, stopped.signal).then((isOver) => {
        if (isOver) limit.abort(overdue(name, 'has not stopped within', graceMs))
      })
      try {
        await callRoutine(stop as RoutineFunction, limit.signal)
        await unlessAborted(
          starting.catch(() => undefined),
          limit.signal,
        )
      } finally {
        stopped.abort()
        await timing
      }
    }),
  )
}

/** Waits for something that does not matter any more once the signal has aborted. */
function unlessAborted(something: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return abortable(something, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
