import type { RotaError } from '../model/errors.js'
import type { DurationInput } from '../model/policy.js'
import { parseDuration } from '../time/duration.js'
import { isCleanStop } from '../async/clean-stop.js'
import { fillOptions } from './fill-options.js'
import { overdue } from './overdue.js'
import { withOwnSignal } from '../async/own-signal.js'
import { callRoutine, makeRoutine, nameOf } from './routine.js'
import type { Routine, RoutineLike } from './routine.js'
import { hasPassed } from './sleep.js'

/** How a routine that takes too long is ended. */
export interface TimeoutOptions {
  /** How long it may take to end after its signal has aborted; then it is waited for no longer. @defaultValue `'1 second'`, as for a task */
  readonly grace?: DurationInput
}

/**
 * Bounds the time of a routine: after `limit` its signal aborts, and once it has ended, or its grace is over, this rejects with a `RotaError`
 * of code `TIMEOUT`; a failure of its own meanwhile is told instead. Once the outer signal has aborted there is no limit: whoever
 * aborted it says how long to wait.
 */
export function withTimeout(limit: DurationInput, routine: RoutineLike, options: TimeoutOptions = {}): Routine {
  const { grace } = fillOptions('withTimeout', options, { grace: '1 second' })
  const limitMs = parseDuration(limit, 'withTimeout: limit', { minMs: 1 })
  const graceMs = parseDuration(grace, 'withTimeout: grace')
  const name = nameOf(routine)
  return makeRoutine(name, (signal) =>
    withOwnSignal(signal, async (own) => {
      const ended = new AbortController()
      let late: RotaError | undefined
      const watch = async (): Promise<void> => {
        if ((await hasPassed(limitMs, ended.signal)) && !own.signal.aborted) {
          late = overdue(name, 'took longer than', limitMs)
          own.abort(late)
          if (await hasPassed(graceMs, ended.signal)) return
        }
        await new Promise(() => undefined) // the routine ends before
      }
      try {
        await Promise.race([callRoutine(routine, own.signal), watch()])
      } catch (error) {
        if (late === undefined || !isCleanStop(error, own.signal)) throw error
      } finally {
        ended.abort()
      }
      // A return after an abort is how well-behaved routines give up.
      if (late !== undefined) throw late
    }),
  )
}
