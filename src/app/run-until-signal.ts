import { onAbort } from '../async/abortable.js'
import { Deferred } from '../async/deferred.js'
import { checkSignals, type SignalHost, SIGNALS_DEFAULT, watchSignals } from '../lifecycle/process-signals.js'
import type { Clock } from '../model/clock.js'
import { parseDuration } from '../time/duration.js'
import type { StopOptions, StopSummary } from './services.js'

/** How a program runs its tasks. */
export interface RunOptions extends StopOptions {
  /** The signals of the operating system that end it. @defaultValue `['SIGINT', 'SIGTERM']` */
  readonly signals?: readonly NodeJS.Signals[]
  /** Ends it from inside the program. */
  readonly signal?: AbortSignal | undefined
}

/** Why and how a run ended. */
export interface RunSummary extends StopSummary {
  /** The signal of the operating system, or `aborted` for the program's own. */
  readonly reason: NodeJS.Signals | 'aborted'
}

/** What is run. */
export interface Runnable {
  start(): Promise<void>
  stop(options: StopOptions): Promise<StopSummary>
}

/**
 * Runs until a signal comes, then drains. A second signal ends the process at once with 128 and its number, as a shell would
 * report it; the leases of what was running then run out. One within half a second of the first is taken for its echo.
 */
export async function runUntilSignal(
  services: Runnable,
  { signals = SIGNALS_DEFAULT, signal, grace }: RunOptions,
  host: SignalHost,
  clock: Clock,
): Promise<RunSummary> {
  // Now, and not when the signal comes: a program that cannot be stopped must not start.
  if (grace !== undefined) parseDuration(grace, 'run: grace')
  checkSignals(signals, 'run')
  const ended = new Deferred<RunSummary['reason']>()
  const stopWatching = watchSignals(host, signals, ended.resolve, undefined, clock)
  const stopListening = onAbort(signal, () => ended.resolve('aborted'))
  try {
    const started = services.start()
    // A store that takes long to open must not make the program deaf; whatever has started by then is stopped below.
    const reason = await Promise.race([started.then(() => ended.promise), ended.promise])
    return { reason, ...(await services.stop({ grace })) }
  } finally {
    stopWatching()
    stopListening()
  }
}
