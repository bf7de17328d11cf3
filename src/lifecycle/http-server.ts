import type { DurationInput } from '../model/policy.js'
import { parseDuration } from '../time/duration.js'
import { fillOptions } from './fill-options.js'
import { HttpSession } from './http-session.js'
import type { HttpServer } from './http-session.js'
import { checkPort, resolvePort } from './http-port.js'
import type { PortOptions } from './http-port.js'
import { refusal } from './refusal.js'
import { makeRoutine } from './routine.js'
import type { Routine } from './routine.js'
import { withShutdown } from './with-shutdown.js'

/** Where a server listens, and how it is closed. */
export interface HttpServerOptions extends PortOptions {
  /** @defaultValue all interfaces, as Node does */
  readonly host?: string | undefined
  /** How long the requests under way may take once the signal has aborted; then their connections are cut. @defaultValue `'25 seconds'` */
  readonly grace?: DurationInput
}

/**
 * Makes a routine of an HTTP or HTTPS server: it listens, and once its signal aborts refuses connections, answers every request that
 * has come or comes on a connection that it has, tells the clients not to use it again, and ends when the last connection is closed. Requests see the
 * values of `AsyncLocalStorage` that the routine was run with, and are not aborted with it. A server that listens already is taken as it is.
 *
 * Fails with what the server cannot listen for, and with a `RotaError` of code `TIMEOUT` when requests had to be cut off. Connections that became
 * something else, such as web sockets, are idle in its eyes.
 *
 * ```ts
 * await main(httpServer(createServer(app), { port: 8080, portFromEnv: 'PORT' }))
 * ```
 */
export function httpServer(server: HttpServer, options: HttpServerOptions = {}): Routine {
  if (typeof server?.listen !== 'function') throw refusal('httpServer', 'an HTTP server', server)
  const { grace, host, port, portFromEnv } = fillOptions('httpServer', options, {
    grace: '25 seconds',
    host: undefined,
    port: undefined,
    portFromEnv: undefined,
  })
  checkPort(port ?? 0, 'port')
  const graceMs = parseDuration(grace, 'httpServer: grace')
  const name = `httpServer ${[host, port ?? portFromEnv].join(':')}`
  return makeRoutine(name, async (signal) => {
    const session = new HttpSession(server)
    const start = async (): Promise<void> => session.serve(resolvePort({ port, portFromEnv }, process.env), host)
    const stop = (limit: AbortSignal): Promise<void> => session.drain(limit)
    Object.defineProperty(start, 'name', { value: name })
    const life = withShutdown(start, stop, { grace: graceMs, until: 'start-ends' })
    await life(signal).finally(() => session.detach())
  })
}
