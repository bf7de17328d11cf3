import { isCleanStop } from '../async/clean-stop.js'
import { withOwnSignal } from '../async/own-signal.js'
import { checkSignals, reasonOf, SIGNALS_DEFAULT, watchSignals } from './process-signals.js'
import type { ProcessHost } from './process-signals.js'
import { callRoutine, makeRoutine, nameOf } from './routine.js'
import type { Routine, RoutineLike } from './routine.js'

/**
 * Aborts a routine when the operating system asks the program to end, and then resolves once it has stopped; a failure of its own meanwhile is told.
 * Another signal, half a second later or more, ends the process at once with the usual code (130 for SIGINT, 143 for SIGTERM).
 * Listens only while the routine runs, and keeps the process alive as long.
 *
 * @param signals instead of SIGINT and SIGTERM
 */
export function withSignals(routine: RoutineLike, signals: readonly NodeJS.Signals[] = SIGNALS_DEFAULT): Routine {
  return withSignalsOf(process, routine, signals)
}

/** As `withSignals`, for any process. */
export function withSignalsOf(host: ProcessHost, routine: RoutineLike, signals: readonly NodeJS.Signals[]): Routine {
  checkSignals(signals, 'withSignals')
  return makeRoutine(nameOf(routine), (signal) =>
    withOwnSignal(signal, async (own) => {
      const onEnd = (name: NodeJS.Signals): void => own.abort(reasonOf(name))
      const stopWatching = watchSignals(host, signals, onEnd)
      try {
        await callRoutine(routine, own.signal)
      } catch (error) {
        if (!own.signal.aborted || !isCleanStop(error, own.signal)) throw error
      } finally {
        stopWatching()
      }
    }),
  )
}
