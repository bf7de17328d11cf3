import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { withDeadline } from '../async/deadline.js'
import type { Clock } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'
import type { Providers } from '../observe/providers.js'
import type { Backend } from '../port/backend.js'
import { FailedError } from './exit.js'
import type { LogPrinter } from './log-printer.js'
import { MetricsText } from './metrics-text.js'
import type { Monitor, MonitorAddress } from './monitored.js'

/** A store that needs longer for one job by its id cannot be worked with. */
const READY_MS: DurationMs = 1_000

/** Probes and scrapers are a handful; whoever comes beyond that is turned away before it costs anything. */
const CONNECTIONS_MAX = 100

/** A client that is slower than that is none of a monitor's: it reads a few kilobytes on a network of its own. */
const CLIENT_MS: DurationMs = 5_000

/** What a request is told. */
interface Answer {
  readonly status: number
  readonly text: string
  readonly type?: string
}

/** What a monitor is made of. */
export interface MonitorParts {
  readonly address: MonitorAddress
  /** What the names of the metrics begin with. */
  readonly prefix: string
  readonly clock: Clock
  readonly log: LogPrinter
}

/** Listens, and logs where. Rejects with a `FailedError` when it cannot. */
export async function startMonitor(parts: MonitorParts): Promise<MonitorServer> {
  const monitor = new MonitorServer(parts)
  try {
    const url = await monitor.listen(parts.address)
    parts.log.info({ url }, 'monitor listening')
  } catch (error) {
    await monitor.close()
    throw refused(parts.address, error)
  }
  return monitor
}

/** Serves what those need to know who watch a service, and nothing else: `/metrics`, `/healthz`, `/readyz`. */
export class MonitorServer implements Monitor {
  readonly telemetry: Providers
  readonly #clock: Clock
  readonly #text: MetricsText
  readonly #server: Server
  readonly #endpoints: ReadonlyMap<string, () => Answer | Promise<Answer>>
  #store: Pick<Backend, 'inspector'> | null = null
  #isStopping = false
  #asking: Promise<boolean> | null = null

  constructor({ prefix, clock, log }: MonitorParts) {
    this.#clock = clock
    this.#text = new MetricsText(prefix)
    this.telemetry = { meterProvider: this.#text.provider }
    this.#endpoints = new Map<string, () => Answer | Promise<Answer>>([
      ['/metrics', async () => ({ status: 200, text: await this.#text.read(), type: MetricsText.contentType })],
      ['/healthz', () => ({ status: 200, text: 'alive\n' })],
      ['/readyz', () => this.#readiness()],
    ])
    const limits = { headersTimeout: CLIENT_MS, requestTimeout: CLIENT_MS, keepAliveTimeout: CLIENT_MS }
    this.#server = createServer(limits, (request, response) => void this.#serve(request, response))
    this.#server.maxConnections = CONNECTIONS_MAX
    this.#server.timeout = CLIENT_MS
    this.#server.on('error', (error) => {
      if (this.#server.listening) log.warn({ err: error }, 'monitor: cannot take a connection')
    })
  }

  /** Resolves with its URL once it listens. */
  async listen({ host, port }: MonitorAddress): Promise<string> {
    this.#server.listen(host === null ? { port } : { port, host })
    await once(this.#server, 'listening')
    const { address, family, port: bound } = this.#server.address() as AddressInfo
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`
  }

  started(backend: Pick<Backend, 'inspector'>): void {
    this.#store = backend
  }

  stopping(): void {
    this.#isStopping = true
  }

  /** Listens no more; whoever is connected is cut off. */
  async close(): Promise<void> {
    if (this.#server.listening) {
      const closed = once(this.#server, 'close')
      this.#server.close()
      this.#server.closeAllConnections()
      await closed
    }
    await this.#text.close()
  }

  async #serve({ method = '', url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, text, type = 'text/plain; charset=utf-8' } = await this.#answer(method, url)
    const allowed = status === 405 ? { allow: 'GET, HEAD' } : {}
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' }
    response.writeHead(status, { ...headers, 'x-content-type-options': 'nosniff', ...allowed })
    response.end(text)
  }

  async #answer(method: string, url: string): Promise<Answer> {
    const endpoint = this.#endpoints.get(url.split('?', 1)[0] ?? '')
    if (endpoint === undefined) return { status: 404, text: 'expected /metrics, /healthz or /readyz\n' }
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'expected GET\n' }
    try {
      return await endpoint()
    } catch {
      // What went wrong is for the log of whoever failed; a monitor tells strangers nothing about the inside.
      return { status: 500, text: 'failed\n' }
    }
  }

  async #readiness(): Promise<Answer> {
    if (this.#isStopping) return { status: 503, text: 'stopping\n' }
    const store = this.#store
    if (store === null) return { status: 503, text: 'starting\n' }
    // However many ask at a time, the store is asked once.
    this.#asking ??= this.#storeAnswers(store).finally(() => (this.#asking = null))
    if (await this.#asking) return { status: 200, text: 'ready\n' }
    return { status: 503, text: 'the store does not answer\n' }
  }

  async #storeAnswers({ inspector }: Pick<Backend, 'inspector'>): Promise<boolean> {
    const reason = (): Error => new Error(`the store did not answer within ${READY_MS} ms`)
    const options = { clock: this.#clock, lengthMs: READY_MS, reason }
    return withDeadline(options, (signal) => inspector.get({ ids: ['readyz'], signal })).then(
      () => true,
      () => false,
    )
  }
}

function refused({ host, port }: MonitorAddress, error: unknown): FailedError {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  const where = host === null ? `port ${port}` : `port ${port} of ${host}`
  const why =
    code === 'EADDRINUSE'
      ? `${where} is in use; choose another, or end what listens there`
      : code === 'EACCES'
        ? `this process may not listen on ${where}; choose one above 1023`
        : code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN'
          ? `${String(host)} is no address of this machine; leave it out to listen on all of them`
          : `cannot listen on ${where}: ${error instanceof Error ? error.message : String(error)}`
  return new FailedError(`--monitor: ${why}`, { cause: error })
}
