import { onAbort } from '../async/abortable.js'
import type { Composition } from '../model/composition.js'
import { RotaError } from '../model/errors.js'
import type { RotaErrorCode } from '../model/errors.js'
import type { DurationMs } from '../model/units.js'
import { formatDuration } from '../time/duration.js'
import { aborted } from './aborted.js'
import { interpretersOf } from './composed-routine.js'
import type { Running } from './composed-routine.js'
import { reasonOf, watchSignals } from './process-signals.js'
import type { ProcessHost } from './process-signals.js'
import type { Routine } from './routine.js'
import { sideBySide } from './side-by-side.js'
import { hasPassed } from './sleep.js'

/** How a program has ended. */
export interface MainSummary {
  /** What the process ends with, unless something else sets it: 0, or 1 when routines have failed or not stopped. */
  readonly code: 0 | 1
  /** The signal of the operating system that ended it. */
  readonly signal?: NodeJS.Signals
  /** What was reported. */
  readonly error?: unknown
}

/** Options of `main`, checked and filled in. */
export interface MainSettings {
  readonly host: ProcessHost
  readonly signal: AbortSignal | undefined
  readonly signals: readonly NodeJS.Signals[]
  readonly graceMs: DurationMs
  readonly report: (error: unknown) => void
}

/** Runs a program to its end; see `main`. */
export async function runMain(
  { host, signal, signals, graceMs, report }: MainSettings,
  parts: readonly Composition<Routine>[],
): Promise<MainSummary> {
  const running: Running = new Set()
  /** Aborts when the routines are to stop. */
  const stop = new AbortController()
  /** Aborts when they have, or are waited for no longer. */
  const ended = new AbortController()
  const came: { signal?: NodeJS.Signals } = {}
  const unstopped = (code: RotaErrorCode, why: string): RotaError => {
    const names = [...running].map(({ target }) => target.name)
    const cause: unknown = stop.signal.reason
    return new RotaError(code, `${why} not stopped: ${names.join(', ')}`, { facts: { routines: names }, cause })
  }
  const overdue = async (): Promise<void> => {
    await aborted(stop.signal)
    if (!(await hasPassed(graceMs, ended.signal))) return
    ended.abort()
    throw unstopped('TIMEOUT', `after ${formatDuration(graceMs)}`)
  }
  const onEnd = (name: NodeJS.Signals): void => {
    came.signal = name
    stop.abort(reasonOf(name))
  }
  const onForce = (name: NodeJS.Signals): void => report(unstopped('ABORTED', `${name} came again,`))
  const stopWatching = watchSignals(host, signals, onEnd, onForce)
  const stopListening = onAbort(signal, (reason) => stop.abort(reason))
  try {
    await Promise.race([sideBySide(interpretersOf(parts, running), stop), overdue()])
    return { code: 0, ...came }
  } catch (error) {
    report(error)
    host.exitCode = 1
    if (ended.signal.aborted) host.exit(1)
    return { code: 1, ...came, error }
  } finally {
    ended.abort()
    stopListening()
    stopWatching()
  }
}
