import { EXIT } from './exit.js'
import type { LogPrinter } from './log-printer.js'
import type { Session } from './session.js'
import { untilAborted } from './until-aborted.js'

/** A worker, a scheduler, or both: a rota fits. */
export interface Services {
  stop(): Promise<unknown>
}

/** Starts services, runs them until the session is asked to end, then stops all of them; that they were asked is no failure. */
export async function runServices(
  session: Session,
  log: LogPrinter,
  services: Services,
  start: () => Promise<void>,
): Promise<number> {
  try {
    await start()
    await untilAborted(session.signal)
    const { reason } = session.signal as { readonly reason: unknown }
    log.info({ reason: reason instanceof Error ? reason.message : reason }, 'stopping')
  } finally {
    await services.stop()
  }
  log.info({}, 'stopped')
  return EXIT.ok
}
