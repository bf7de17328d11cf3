import { abortable, onAbort } from '../../async/abortable.js'
import { withDeadline } from '../../async/deadline.js'
import type { Clock } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'
import type { PgClient, PgPool, PgQuery, PgQueryable } from './client-types.js'
import { classify, connectionLostError, losesConnection } from './errors.js'
import { connect } from './lent-client.js'
import { processOf } from './pooler.js'

/** How long a query that was called off may take to say so, before its connection is given up. */
const CANCEL_GRACE_MS: DurationMs = 500

/** A server that cannot be reached is asked again for so long: one that restarts is back within it. */
const CONNECT_FOR_MS: DurationMs = 5_000
const CONNECT_PAUSE_MS: DurationMs = 50
const CONNECT_PAUSE_MS_MAX: DurationMs = 500

/** After so long without an answer the server is asked, on another connection, whether it is at work at all; and again and again. */
const DOUBT_MS: DurationMs = 2_000
/** How long that question may take on a connection that is there: a server under load answers it, one that has vanished does not. */
const ANSWER_MS: DurationMs = 1_000
/** An answer may be on its way while the server already says that it has nothing to do. */
const ON_ITS_WAY_MS: DurationMs = 300

/** Only what says for sure that the server waits for us, or has forgotten us, counts: whatever it hides is taken for work. */
const IS_AT_WORK = `SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND state IS DISTINCT FROM 'idle'
  AND (wait_event IS NULL OR wait_event NOT IN ('ClientRead', 'ClientWrite'))`

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
 * that takes long is therefore asked about on another connection. Where the server is not at work on it, it is lost, and every other
 * connection that was silent meanwhile is given up before anybody waits for it too.
 */
export class Connections {
  readonly #parts: ConnectionsParts
  /** When the server was last heard on each, by the monotonic clock. */
  readonly #heardAt = new WeakMap<PgClient, number>()
  /** Whoever was heard last before this is not trusted. */
  #trustedSince = -Infinity
  /** Whether something stands between that has connections of its own, such as PgBouncer: the server knows ours under other numbers. */
  isPooled = false

  constructor(parts: ConnectionsParts) {
    this.#parts = parts
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
      while (await this.#isAtWork(processID, giveUp.signal)) await clock.sleep(DOUBT_MS, giveUp.signal)
      await clock.sleep(ON_ITS_WAY_MS, giveUp.signal)
    } catch {
      return
    }
    this.#distrust(sentAt)
    onSilence()
    giveUp.abort(connectionLostError())
  }

  /** Rejects when aborted, and only then; true also where nobody could be asked. */
  async #isAtWork(processID: number, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const askedAt = this.#parts.clock.monotonic()
      const other = await this.lend(signal).catch(() => null)
      signal.throwIfAborted()
      if (other === null) return true
      try {
        return (await this.#ask(other, { text: IS_AT_WORK, values: [processID] }, signal)).length > 0
      } catch {
        signal.throwIfAborted()
        this.#distrust(askedAt)
      }
    }
  }

  /** Asks something that is answered at once wherever the server is there, and gives the connection back. */
  async #ask(client: PgClient, query: PgQuery, signal: AbortSignal): Promise<unknown[]> {
    const { clock } = this.#parts
    client.on('error', ignore)
    let destroy = true
    try {
      const bound = { clock, lengthMs: ANSWER_MS, reason: connectionLostError, signal }
      const { rows } = await withDeadline(bound, async () => client.query(query))
      destroy = false
      this.#heardAt.set(client, clock.monotonic())
      return rows
    } finally {
      if (!destroy) client.removeListener('error', ignore)
      client.release(destroy)
    }
  }

  #distrust(since: number): void {
    this.#trustedSince = Math.max(this.#trustedSince, since)
  }

  /** Asks the server to stop what a connection does, and resolves when it has had time to. Never rejects. */
  async #cancelQuery(client: PgClient): Promise<void> {
    const { clock } = this.#parts
    const over = new AbortController()
    const grace = clock.sleep(CANCEL_GRACE_MS).finally(() => over.abort())
    const processID = processOf(client)
    if (processID !== null && !this.isPooled) void this.#sendCancel(processID, over.signal)
    await grace
  }

  async #sendCancel(processID: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#ask(await this.lend(signal), { text: 'SELECT pg_cancel_backend($1)', values: [processID] }, signal)
    } catch {
      // The connection is given up all the same; the server notices when it writes to it.
    }
  }
}

/** Gives up a connection whose peer may be gone: it would wait for ever for the other end to close. */
function discard(client: PgClient): void {
  client.on('error', ignore)
  client.release(true)
  const { connection } = client as { connection?: { stream?: { destroy?: () => void } } }
  connection?.stream?.destroy?.()
}

function ignore(): void {
  // Whoever waits on this connection is told in another way.
}
