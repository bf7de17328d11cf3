import { EXIT } from './exit.js'
import type { LogPrinter } from './log-printer.js'
import type { Session } from './session.js'
import { untilAborted } from './until-aborted.js'

/** A worker or a scheduler. */
export interface CliService {
  start(): Promise<void>
  stop(): Promise<unknown>
}

/** Runs services until the session is asked to end, then stops all of them; that they were asked is no failure. */
export async function runServices(session: Session, log: LogPrinter, services: readonly CliService[]): Promise<number> {
  try {
    await Promise.all(services.map((service) => service.start()))
    await untilAborted(session.signal)
    const { reason } = session.signal as { readonly reason: unknown }
    log.info({ reason: reason instanceof Error ? reason.message : reason }, 'stopping')
  } finally {
    await Promise.all(services.map((service) => service.stop()))
  }
  log.info({}, 'stopped')
  return EXIT.ok
}
