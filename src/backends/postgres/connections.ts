import { abortable, onAbort } from '../../async/abortable.js'
import type { Clock } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'
import type { PgClient, PgPool, PgQuery, PgQueryable } from './client-types.js'
import { classify, connectionLostError, losesConnection } from './errors.js'
import { bytesMoved, connect, dropSocket, ignore } from './lent-client.js'
import { processOf } from './pooler.js'
import { SideLine } from './side-line.js'

/** How long a query that was called off may take to say so, before its connection is given up. */
const CANCEL_GRACE_MS: DurationMs = 500

/** A server that cannot be reached is asked again for so long: one that restarts is back within it. */
const CONNECT_FOR_MS: DurationMs = 5_000
const CONNECT_PAUSE_MS: DurationMs = 50
const CONNECT_PAUSE_MS_MAX: DurationMs = 500

/** After so long without an answer the server is asked, beside the pool, whether it is at work at all; and again and again. */
const DOUBT_MS: DurationMs = 2_000
/** How soon it is asked again when it did not answer that. */
const ASK_AGAIN_MS: DurationMs = 200
/** An answer may be on its way while the server already says that it has nothing to do. */
const ON_ITS_WAY_MS: DurationMs = 300

/** Tells whoever still asks about a statement that it has ended. */
const ANSWERED = Symbol('answered')

/** What connections are made of. */
export interface ConnectionsParts {
  readonly pool: PgPool
  readonly clock: Clock
  /** Called when a connection was lost without a word: others may have been too. */
  readonly onSilence: () => void
}

/**
 * The connections of a pool, and what is known of each. A peer that has vanished says nothing, and TCP notices after minutes: a statement
 * that takes long is therefore asked about beside them. Where the server is not at work on it, it is lost, and every other
 * connection that was silent meanwhile is given up before anybody waits for it too.
 */
export class Connections {
  readonly #parts: ConnectionsParts
  readonly #side: SideLine
  /** When the server was last heard on each, by the monotonic clock. */
  readonly #heardAt = new WeakMap<PgClient, number>()
  /** Whoever was heard last before this is not trusted. */
  #trustedSince = -Infinity
  /** Whether something stands between that has connections of its own, such as PgBouncer: the server knows ours under other numbers. */
  isPooled = false

  constructor(parts: ConnectionsParts) {
    this.#parts = parts
    this.#side = new SideLine(parts.pool, parts.clock)
  }

  /**
   * Runs one statement. Each is a transaction of its own, so an abort has full effect or none: the server is asked to stop it, and what
   * comes first counts, its result or its end. A connection that does not answer even then is given up, and so is every one that was
   * called off: the request to stop could hit whatever it does next.
   */
  async run(query: PgQuery, signal: AbortSignal): Promise<unknown[]> {
    const client = await this.lend(signal)
    // A connection that breaks between two statements says so here; the statement in flight rejects by itself.
    client.on('error', ignore)
    let destroy = true
    try {
      const { rows } = await this.#answered(client, query, signal)
      destroy = signal.aborted
      return rows
    } catch (error) {
      destroy = signal.aborted || losesConnection(error)
      throw signal.aborted ? signal.reason : error
    } finally {
      // One that is given up may still break with a noise.
      if (!destroy) client.removeListener('error', ignore)
      client.release(destroy)
    }
  }

  /** Takes a connection that is worth it; a server that cannot be reached is asked again for a while. */
  async lend(signal: AbortSignal): Promise<PgClient> {
    const { clock, pool } = this.#parts
    const until = clock.monotonic() + CONNECT_FOR_MS
    for (let pauseMs = CONNECT_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, CONNECT_PAUSE_MS_MAX)) {
      try {
        const client = await connect(pool, signal)
        const heardAt = this.#heardAt.get(client)
        if (heardAt === undefined || heardAt >= this.#trustedSince) return client
        discard(client)
        continue
      } catch (error) {
        if (signal.aborted || classify(error) !== 'transient' || clock.monotonic() >= until) throw error
      }
      await clock.sleep(pauseMs, signal)
    }
  }

  /** A connection for statements one after the other, each of which notices when it is lost. */
  watched(client: PgClient, signal: AbortSignal): PgQueryable {
    return { query: async (query) => this.#answered(client, query, signal) }
  }

  async #answered(client: PgClient, query: PgQuery, signal: AbortSignal): Promise<{ readonly rows: unknown[] }> {
    const { clock } = this.#parts
    const giveUp = new AbortController()
    const sentAt = clock.monotonic()
    let isDoubted = false
    const timer = clock.setTimer(clock.now() + DOUBT_MS, () => {
      isDoubted = true
      void this.#doubt(client, sentAt, giveUp)
    })
    const stopListening = onAbort(signal, (reason) => {
      void this.#cancelQuery(client).then(() => giveUp.abort(reason))
    })
    try {
      const answer = await abortable(client.query(query), giveUp.signal)
      this.#heardAt.set(client, clock.monotonic())
      return answer
    } finally {
      timer.cancel()
      stopListening()
      if (isDoubted) giveUp.abort(ANSWERED)
    }
  }

  /** Asks again and again whether the server is at work for a connection, until it answers or is found to be lost. Never rejects. */
  async #doubt(client: PgClient, sentAt: number, giveUp: AbortController): Promise<void> {
    const { clock, onSilence } = this.#parts
    const processID = processOf(client)
    if (this.isPooled || processID === null) return
    try {
      for (let isLost = false; !isLost;) {
        const moved = bytesMoved(client)
        const isAtWork = (await this.#side.atWork())?.has(processID)
        if (isAtWork === false) await clock.sleep(ON_ITS_WAY_MS, giveUp.signal)
        // A server that waits while something moves is being told, or heard, something long.
        isLost = isAtWork === false && bytesMoved(client) === moved
        if (!isLost) await clock.sleep(isAtWork === undefined ? ASK_AGAIN_MS : DOUBT_MS, giveUp.signal)
      }
    } catch {
      return
    }
    this.#distrust(sentAt)
    onSilence()
    giveUp.abort(connectionLostError())
  }

  #distrust(since: number): void {
    this.#trustedSince = Math.max(this.#trustedSince, since)
  }

  /** Asks the server to stop what a connection does, and resolves when it has had time to. Never rejects. */
  async #cancelQuery(client: PgClient): Promise<void> {
    const processID = processOf(client)
    if (processID !== null && !this.isPooled) void this.#side.cancel(processID)
    await this.#parts.clock.sleep(CANCEL_GRACE_MS)
  }
}

/** Gives up a connection whose peer may be gone: it would wait for ever for the other end to close. */
function discard(client: PgClient): void {
  client.on('error', ignore)
  client.release(true)
  dropSocket(client)
}
