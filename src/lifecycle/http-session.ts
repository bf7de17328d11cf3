import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { onAbort } from '../async/abortable.js'
import type { DurationMs } from '../model/units.js'
import { hasPassed } from './sleep.js'

/** Servers that can be run as a routine. */
export type HttpServer = Server | TlsServer

/** How long an idle connection is left open: a request that left the client before the drain arrives within a round trip around the world. */
const LINGER_MS: DurationMs = 500

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as Node types the listener of any event
type Listener = (...args: any[]) => unknown

/**
 * One life of a server: its connections and their requests under way, so that it can be closed without cutting one off.
 *
 * Node's own `close` cuts idle keep-alive connections at once, together with the request that is on its way on one of them, waits for those that
 * have never sent anything, and keeps no other connection from living on. Here every answer from the drain on says `Connection: close`,
 * idle connections get a while to send what is on its way, and then they go.
 */
export class HttpSession {
  /** Requests under way of each connection. */
  readonly #connections = new Map<Socket, Set<ServerResponse>>()
  readonly #server: HttpServer
  readonly #listeners: (readonly [event: string, listener: Listener])[] = []
  #isDraining = false
  #isClosing = false
  #cutOff = false
  #life: Promise<void> | undefined

  constructor(server: HttpServer) {
    this.#server = server
    this.#on('setSecureContext' in server ? 'secureConnection' : 'connection', (socket: Socket) =>
      this.#requestsOf(socket),
    )
    this.#on('request', this.#onRequest)
    // With a listener for it, Node hands requests that ask first to it instead.
    if (server.listenerCount('checkContinue') > 0) this.#on('checkContinue', this.#onRequest)
  }

  /** Listens, unless the server does; resolves when it has closed, rejects when it cannot listen or fails. */
  serve(port: number, host: string | undefined): Promise<void> {
    this.#life = new Promise((resolve, reject) => {
      this.#on('error', reject)
      this.#on('close', resolve)
      if (!this.#server.listening) this.#server.listen(port, host)
    })
    return this.#life
  }

  /**
   * Takes no more connections, lets the requests under way end, and resolves when no connection is left. `limit` cuts off what is then left, and
   * is thrown when that was a request.
   */
  async drain(limit: AbortSignal): Promise<void> {
    // Before it listens it cannot be closed.
    const listening = new Promise((resolve) => this.#on('listening', resolve))
    if (!this.#server.listening) await Promise.race([listening, this.#life?.catch(() => undefined)])
    const closed = new Promise<unknown>((resolve) => this.#refuseMore(resolve))
    this.#isDraining = true
    for (const responses of this.#connections.values()) responses.forEach(endAfter)
    const ended = new AbortController()
    const lingering = hasPassed(LINGER_MS, ended.signal).then(() => {
      this.#isClosing = true
      this.#closeIdle()
    })
    const stopListening = onAbort(limit, () => this.#cutAll())
    await closed
    stopListening()
    ended.abort()
    await lingering
    if (this.#cutOff) limit.throwIfAborted()
  }

  /** Leaves the server as it was found. */
  detach(): void {
    for (const [event, listener] of this.#listeners) this.#server.off(event, listener)
  }

  #on(event: string, listener: Listener): void {
    this.#listeners.push([event, listener])
    this.#server.prependListener(event, listener)
  }

  /** Stops to listen. Node would close idle connections with it, which it asks for by the name of the method. */
  #refuseMore(closed: (error: unknown) => void): void {
    const server: Pick<HttpServer, 'close'> & { closeIdleConnections?: () => void } = this.#server
    server.closeIdleConnections = () => undefined
    server.close(closed)
    delete server.closeIdleConnections
  }

  #requestsOf(socket: Socket): Set<ServerResponse> {
    const known = this.#connections.get(socket)
    if (known !== undefined) return known
    const requests = new Set<ServerResponse>()
    this.#connections.set(socket, requests)
    socket.once('close', () => this.#connections.delete(socket))
    return requests
  }

  readonly #onRequest = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    const requests = this.#requestsOf(socket)
    requests.add(response)
    if (this.#isDraining) endAfter(response)
    response.once('close', () => {
      requests.delete(response)
      if (this.#isClosing) this.#closeIdle()
    })
  }

  #closeIdle(): void {
    for (const [socket, requests] of this.#connections) if (requests.size === 0) socket.destroySoon()
  }

  #cutAll(): void {
    for (const [socket, requests] of this.#connections) {
      this.#cutOff ||= requests.size > 0
      socket.destroy()
    }
  }
}

/** The connection ends with this answer, unless its head has been sent. */
function endAfter(response: ServerResponse): void {
  response.shouldKeepAlive = false
}
