import type { PgClient, PgListener, PgPool, PgQuery, PgSideClient } from '../../src/backends/postgres/client-types.js'

export interface FakeAnswer {
  readonly rows: unknown[]
}

/** Answers a query that came on a connection. */
export type FakeServer = (query: PgQuery, client: { readonly processID: number }) => Promise<FakeAnswer>

/** The process of every connection beside the pool. */
export const SIDE = 1000

/** A query that nobody ever answers. */
export const NEVER = new Promise<never>(() => undefined)

/** A connection that asks the server of its pool whatever it is asked. */
export class FakeClient implements PgClient {
  readonly processID: number
  isGivenUp = false
  readonly #pool: FakePool
  readonly #listeners: { readonly event: string; readonly listener: PgListener }[] = []

  constructor(pool: FakePool, processID: number) {
    this.#pool = pool
    this.processID = processID
  }

  async query(query: PgQuery): Promise<FakeAnswer> {
    return this.#pool.server(query, this)
  }

  release(destroy = false): void {
    this.isGivenUp = destroy
    if (!destroy) this.#pool.idle.push(this)
  }

  on(event: string, listener: PgListener): void {
    this.#listeners.push({ event, listener })
  }

  removeListener(event: string, listener: PgListener): void {
    const at = this.#listeners.findIndex((one) => one.event === event && one.listener === listener)
    if (at >= 0) this.#listeners.splice(at, 1)
  }

  /** False when nobody heard it. */
  emit(event: string, given?: unknown): boolean {
    const heard = this.#listeners.filter((one) => one.event === event)
    for (const { listener } of heard) listener(given)
    return heard.length > 0
  }
}

/** A pool whose connections are all there from the start, and whose server is a function. */
export class FakePool implements PgPool {
  /** Every connection that was ever made, in that order; their process numbers count from 1. */
  readonly made: FakeClient[] = []
  readonly idle: FakeClient[] = []
  /** Why nobody can connect; undefined: everybody can. */
  refusal: Error | undefined
  refused = 0
  /** With so many lent, whoever asks for one more waits for ever. */
  max = Infinity
  /** The next connection that is made breaks at once. */
  breaksNext = false
  /** Errors of connections that nobody heard: each would have ended the process. */
  readonly unheard: Error[] = []
  readonly #connected: PgListener[] = []
  readonly server: FakeServer
  readonly Client: new () => PgSideClient

  constructor(server: FakeServer) {
    this.server = server
    this.Client = class implements PgSideClient {
      async connect(): Promise<void> {
        // the server is there
      }

      async query(query: PgQuery): Promise<FakeAnswer> {
        return server(query, { processID: SIDE })
      }

      async end(): Promise<void> {
        // nothing to end
      }

      on(): void {
        // it does not break
      }
    }
  }

  async connect(): Promise<FakeClient> {
    if (this.refusal !== undefined) {
      this.refused += 1
      throw this.refusal
    }
    if (this.idle.length === 0 && this.made.filter(({ isGivenUp }) => !isGivenUp).length >= this.max) return NEVER
    const client = this.idle.pop() ?? new FakeClient(this, this.made.length + 1)
    if (!this.made.includes(client)) this.#make(client)
    return client
  }

  #make(client: FakeClient): void {
    this.made.push(client)
    for (const listener of this.#connected) listener(client)
    if (!this.breaksNext) return
    this.breaksNext = false
    const error = new Error('terminating connection due to administrator command')
    if (!client.emit('error', error)) this.unheard.push(error)
  }

  async end(): Promise<void> {
    // nothing to end
  }

  on(event: string, listener: PgListener): void {
    // No connection breaks while it lies in the pool.
    if (event === 'connect') this.#connected.push(listener)
  }

  removeListener(): void {
    // as above
  }
}
