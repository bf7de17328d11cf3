import { withDeadline } from '../../async/deadline.js'
import type { Clock } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'
import type { PgClient } from './client-types.js'
import type { Connections } from './connections.js'

interface Parts {
  readonly connections: Connections
  readonly channel: string
  readonly clock: Clock
  readonly heard: (payload: string) => void
  /** Called when hints come again: what happened before was told to nobody. */
  readonly connected: () => void
  readonly onError: (error: unknown) => void
}

/** Pauses between attempts to connect: the first, doubled up to the last. */
const RECONNECT_MS: DurationMs = 100
const RECONNECT_MS_MAX: DurationMs = 2_000

/**
 * A connection whose peer has vanished says nothing: after so long without a hint it is asked, and must answer in that time. Where nothing
 * happens it is asked less and less often, down to four times a minute.
 */
const SILENT_MS: DurationMs = 5_000
const SILENT_MS_MAX: DurationMs = 15_000
const ANSWER_MS: DurationMs = 3_000

/** Listens on a connection of its own, and connects again whenever that is lost. */
export class HintListener {
  readonly #parts: Parts
  readonly #stopped = new AbortController()
  readonly #running: Promise<void>
  #heardAt = -Infinity
  #silentMs = SILENT_MS
  #wake = (): void => undefined

  constructor(parts: Parts) {
    this.#parts = parts
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#running
  }

  /** Asks now whether the connection is there, and not when it has been silent for long. */
  ask(): void {
    this.#heardAt = -Infinity
    this.#wake()
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
    const { connections, heard, connected } = this.#parts
    const client = await connections.lend(this.#stopped.signal)
    const lost = new AbortController()
    const end = (): void => lost.abort(new Error('the connection that listened for hints has ended'))
    const notified = (message?: unknown): void => {
      this.#heardAt = this.#parts.clock.monotonic()
      if (this.#silentMs > SILENT_MS) {
        this.#silentMs = SILENT_MS
        this.#wake()
      }
      heard((message as { readonly payload?: string }).payload ?? '')
    }
    client.on('error', end)
    client.on('end', end)
    client.on('notification', notified)
    try {
      await this.#ask(client, lost.signal)
      this.#silentMs = SILENT_MS
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
    const { clock } = this.#parts
    const { signal } = this.#stopped
    while (!signal.aborted) {
      const silentMs = clock.monotonic() - this.#heardAt
      if (silentMs < this.#silentMs) await this.#rest(this.#silentMs - silentMs, lost)
      else {
        await this.#ask(client, lost)
        this.#silentMs = Math.min(this.#silentMs + SILENT_MS, SILENT_MS_MAX)
      }
    }
  }

  /** Waits so long, or until somebody wants to know; rejects when the connection is lost. */
  async #rest(lengthMs: DurationMs, lost: AbortSignal): Promise<void> {
    const woken = new AbortController()
    this.#wake = () => woken.abort()
    const signal = AbortSignal.any([this.#stopped.signal, lost, woken.signal])
    await this.#parts.clock.sleep(lengthMs, signal).catch(() => undefined)
    lost.throwIfAborted()
  }

  /** Listens, which once more changes nothing, and tells whoever looks at the server what the connection is for. */
  async #ask(client: PgClient, lost: AbortSignal): Promise<void> {
    const { channel, clock } = this.#parts
    const reason = (): unknown => new Error(`the connection that listens for hints did not answer for ${ANSWER_MS} ms`)
    const signal = AbortSignal.any([this.#stopped.signal, lost])
    await withDeadline({ clock, lengthMs: ANSWER_MS, reason, signal }, async () =>
      client.query({ text: `LISTEN "${channel}"` }),
    )
    this.#heardAt = clock.monotonic()
  }
}
