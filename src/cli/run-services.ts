import { EXIT } from './exit.js'
import { watchFaults } from './fault-watch.js'
import type { RunningJob } from './fault-watch.js'
import type { LogPrinter } from './log-printer.js'
import type { Monitor } from './monitored.js'
import type { Connection, Session } from './session.js'
import { untilAborted } from './until-aborted.js'

/** Where services are logged: a `LogPrinter`, or what shows its lines in another way. */
export type ServiceLog = Pick<LogPrinter, 'info' | 'warn' | 'error'>

/** A worker, a scheduler, or both: a rota fits. */
export interface Services {
  stop(): Promise<unknown>
}

/** What is run, and how it begins. */
export interface ServicesRun {
  readonly services: Services
  readonly start: () => Promise<void>
  /** The jobs whose handlers run now. */
  readonly running: () => readonly RunningJob[]
  /** Hears when they run, and on which store, and when they are about to stop. @defaultValue nobody does */
  readonly monitored?: { readonly monitor: Monitor; readonly backend: Connection['backend'] }
}

/**
 * Starts services, runs them until the session is asked to end, then stops all of them; that they were asked is no failure.
 * An error that nobody catches ends them in the same way, and is one.
 */
export async function runServices(session: Session, log: ServiceLog, run: ServicesRun): Promise<number> {
  const fault = watchFaults(session.host, log, run.running)
  try {
    await run.start()
    run.monitored?.monitor.started(run.monitored.backend)
    const signal = AbortSignal.any([session.signal, fault])
    await untilAborted(signal)
    const { reason } = signal as { readonly reason: unknown }
    log.info({ reason: reason instanceof Error ? reason.message : reason }, 'stopping')
  } finally {
    run.monitored?.monitor.stopping()
    await run.services.stop()
  }
  log.info({}, 'stopped')
  return fault.aborted ? EXIT.failed : EXIT.ok
}
