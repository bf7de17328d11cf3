import { constants } from 'node:os'
import type { Clock } from '../model/clock.js'
import { parseDuration } from '../time/duration.js'
import { endRequest } from '../lifecycle/end-request.js'
import type { StopOptions, StopSummary } from './services.js'

/** How a program runs its tasks. */
export interface RunOptions extends StopOptions {
  /** The signals of the operating system that end it. @defaultValue `['SIGTERM', 'SIGINT']` */
  readonly signals?: readonly NodeJS.Signals[]
  /** Ends it from inside the program. */
  readonly signal?: AbortSignal | undefined
}

/** Why and how a run ended. */
export interface RunSummary extends StopSummary {
  /** The signal of the operating system, or `aborted` for the program's own. */
  readonly reason: NodeJS.Signals | 'aborted'
}

/** The few things of a process that a run needs. */
export interface ProcessLike {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
  exit(code: number): void
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
  { signals = ['SIGTERM', 'SIGINT'], signal, grace }: RunOptions,
  host: ProcessLike,
  clock: Pick<Clock, 'monotonic'>,
): Promise<RunSummary> {
  // Now, and not when the signal comes: a program that cannot be stopped must not start.
  if (grace !== undefined) parseDuration(grace, 'run: grace')
  let end: (reason: RunSummary['reason']) => void = () => undefined
  const meaningOf = endRequest(clock)
  const ended = new Promise<RunSummary['reason']>((resolve) => {
    end = resolve
  })
  const onSignal = (name: NodeJS.Signals): void => {
    if (meaningOf() === 'now') host.exit(128 + constants.signals[name])
    end(name)
  }
  const onAbort = (): void => end('aborted')
  try {
    for (const name of signals) host.on(name, onSignal)
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted === true) end('aborted')
    const started = services.start()
    // A store that takes long to open must not make the program deaf; whatever has started by then is stopped below.
    const reason = await Promise.race([started.then(() => ended), ended])
    return { reason, ...(await services.stop({ grace })) }
  } finally {
    for (const name of signals) host.off(name, onSignal)
    signal?.removeEventListener('abort', onAbort)
  }
}
