import type { Composition } from '../model/composition.js'
import { RotaError } from '../model/errors.js'
import type { RotaErrorCode } from '../model/errors.js'
import type { DurationMs } from '../model/units.js'
import { formatDuration } from '../time/duration.js'
import { aborted } from './aborted.js'
import { interpretersOf } from './composed-routine.js'
import type { Running } from './composed-routine.js'
import { withOwnSignal } from '../async/own-signal.js'
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
export function runMain(settings: MainSettings, parts: readonly Composition<Routine>[]): Promise<MainSummary> {
  return withOwnSignal(settings.signal, (stop) => runUntil(stop, settings, parts))
}

/** `stop` aborts when the routines are to stop. */
async function runUntil(
  stop: AbortController,
  { host, signals, graceMs, report }: MainSettings,
  parts: readonly Composition<Routine>[],
): Promise<MainSummary> {
  const running: Running = new Set()
  /** Aborts when they have stopped, or are waited for no longer. */
  const ended = new AbortController()
  const came: { signal?: NodeJS.Signals } = {}
  const unstopped = (code: RotaErrorCode, why: string): RotaError => {
    const routines = [...running].map(({ target }) => target.name)
    const cause: unknown = stop.signal.reason
    return new RotaError(code, `${why} not stopped: ${routines.join(', ')}`, { facts: { routines }, cause })
  }
  const watch = async (): Promise<void> => {
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
  try {
    await Promise.race([sideBySide(interpretersOf(parts, running), stop), watch()])
    return { code: 0, ...came }
  } catch (error) {
    report(error)
    host.exitCode = 1
    if (ended.signal.aborted) host.exit(1)
    return { code: 1, ...came, error }
  } finally {
    ended.abort()
    stopWatching()
  }
}
