import { abortable } from '../../async/abortable.js'
import { withDeadline } from '../../async/deadline.js'
import type { Clock } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'
import type { PgClient, PgPool } from './client-types.js'
import { connect } from './lent-client.js'

interface Parts {
  readonly pool: PgPool
  readonly channel: string
  readonly clock: Clock
  readonly heard: (payload: string) => void
  /** Called when hints come again: what happened before was told to nobody. */
  readonly connected: () => void
  readonly onError: (error: unknown) => void
}

/** Pauses between attempts to connect: the first, doubled up to the last. */
const RECONNECT_MS: DurationMs = 100
const RECONNECT_MS_MAX: DurationMs = 5_000

/** A connection whose peer has vanished says nothing: it is asked in this interval, and must answer in that time. */
const HEARTBEAT_MS: DurationMs = 15_000
const ANSWER_MS: DurationMs = 5_000

/** Listens on a connection of its own, and connects again whenever that is lost. */
export class HintListener {
  readonly #parts: Parts
  readonly #stopped = new AbortController()
  readonly #running: Promise<void>

  constructor(parts: Parts) {
    this.#parts = parts
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped
    let pauseMs = RECONNECT_MS
    while (!signal.aborted) {
      try {
        await this.#listenOnce(() => (pauseMs = RECONNECT_MS))
      } catch (error) {
        if (signal.aborted) return
        this.#parts.onError(error)
      }
      await this.#parts.clock.sleep(pauseMs, signal).catch(() => undefined)
      pauseMs = Math.min(2 * pauseMs, RECONNECT_MS_MAX)
    }
  }

  /** Resolves when the connection has ended, rejects when it has failed. */
  async #listenOnce(isUp: () => void): Promise<void> {
    const { pool, channel, heard, connected } = this.#parts
    const client = await connect(pool, this.#stopped.signal)
    const lost = new AbortController()
    const end = (): void => lost.abort(new Error('the connection that listened for hints has ended'))
    const notified = (message?: unknown): void => heard((message as { readonly payload?: string }).payload ?? '')
    client.on('error', end)
    client.on('end', end)
    client.on('notification', notified)
    try {
      await this.#ask(client, `LISTEN "${channel}"`, lost.signal)
      isUp()
      connected()
      await this.#keepAsking(client, lost.signal)
    } finally {
      client.removeListener('notification', notified)
      // It has listened: nobody else may get it.
      client.release(true)
      client.removeListener('end', end)
    }
  }

  async #keepAsking(client: PgClient, lost: AbortSignal): Promise<void> {
    const { signal } = this.#stopped
    while (!signal.aborted) {
      await abortable(this.#parts.clock.sleep(HEARTBEAT_MS, AbortSignal.any([signal, lost])), lost)
      await this.#ask(client, 'SELECT 1', lost)
    }
  }

  async #ask(client: PgClient, text: string, lost: AbortSignal): Promise<void> {
    const reason = (): unknown => new Error(`the connection that listens for hints did not answer for ${ANSWER_MS} ms`)
    const signal = AbortSignal.any([this.#stopped.signal, lost])
    await withDeadline({ clock: this.#parts.clock, lengthMs: ANSWER_MS, reason, signal }, async () =>
      client.query({ text }),
    )
  }
}
