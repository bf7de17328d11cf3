import { inspect } from 'node:util'
import type { DurationInput } from '../model/policy.js'
import { parseDuration } from '../time/duration.js'
import { treeOf } from './composed-routine.js'
import { fillOptions } from './fill-options.js'
import { checkSignals, SIGNALS_DEFAULT } from './process-signals.js'
import type { ProcessHost } from './process-signals.js'
import { refusal } from './refusal.js'
import { isRoutineLike } from './routine.js'
import type { RoutineLike } from './routine.js'
import { runMain } from './run-main.js'
import type { MainSummary } from './run-main.js'

/** How a program is run. */
export interface MainOptions {
  /** Ends it from inside the program. */
  readonly signal?: AbortSignal | undefined
  /**
   * How long the routines may take to stop; then those that have not are named, and the process ends with 1.
   * @defaultValue `'29 seconds'` (Kubernetes kills after 30)
   */
  readonly grace?: DurationInput
  /** The signals of the operating system that end it. @defaultValue `['SIGINT', 'SIGTERM']` */
  readonly signals?: readonly NodeJS.Signals[]
  /**
   * Is told what was wrong with the end, right before the process exits where it does: what has failed, or a `RotaError` with the names of the
   * routines that had not stopped, of code `TIMEOUT` after the grace and `ABORTED` at a further signal. Must not throw.
   * @defaultValue writes it to the error stream
   */
  readonly report?: (error: unknown) => void
}

/**
 * Runs a program: all routines side by side, as `concurrence` does, until they have ended, one has failed, or the operating system asks for an end. Then
 * aborts their signals, waits for them within the grace, and resolves with how it went. It never rejects: a failure is reported, and sets
 * `process.exitCode` to 1. `process.exit` is called only when routines have not stopped within the grace, which are named, and at a
 * further signal. Keeps the process alive while they run; without any it resolves at once.
 *
 * ```ts
 * await main(httpServer(server, { port: 8080 }), repeat('1 minute', cleanUp))
 * await main({ grace: '10 seconds' }, rota, httpServer(server, { portFromEnv: 'PORT' }))
 * ```
 */
export function main(options: MainOptions, ...routines: readonly RoutineLike[]): Promise<MainSummary>
export function main(...routines: readonly RoutineLike[]): Promise<MainSummary>
export function main(...args: readonly (MainOptions | RoutineLike)[]): Promise<MainSummary> {
  return mainOf(process, args)
}

/** As `main`, for any process. Throws a `TypeError` at once for what makes no sense. */
export function mainOf(host: ProcessHost, args: readonly (MainOptions | RoutineLike)[]): Promise<MainSummary> {
  const [first] = args
  if (first instanceof Promise) throw refusal('main', 'options, or a routine that is not called yet', 'a promise')
  const hasOptions = typeof first === 'object' && !isRoutineLike(first)
  const options = fillOptions('main', hasOptions ? first : {}, {
    signal: undefined,
    grace: '29 seconds',
    signals: SIGNALS_DEFAULT,
    report: (error: unknown) => void host.stderr.write(`main: ${inspect(error)}\n`),
  })
  checkSignals(options.signals, 'main')
  const graceMs = parseDuration(options.grace, 'main: grace')
  const routines = (hasOptions ? args.slice(1) : args) as readonly RoutineLike[]
  return runMain({ ...options, host, graceMs }, routines.map(treeOf))
}
