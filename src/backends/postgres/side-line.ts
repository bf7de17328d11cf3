import { withDeadline } from '../../async/deadline.js'
import type { Clock } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'
import type { PgPool, PgQuery } from './client-types.js'
import { connectionLostError } from './errors.js'
import { connect, dropSocket, ignore } from './lent-client.js'

/** How long a question may take, with the connection that is made for it: a server under load answers it, one that has vanished does not. */
const ANSWER_MS: DurationMs = 3_000

/** Only what says for sure that the server waits for us, or has forgotten us, is left out: whatever it hides is taken for work. */
const AT_WORK = `SELECT pid FROM pg_stat_activity WHERE state IS DISTINCT FROM 'idle'
  AND (wait_event IS NULL OR wait_event NOT IN ('ClientRead', 'ClientWrite'))`

/**
 * Asks the server about its own processes, on a connection that is made for the question: those of the pool may all be held by calls
 * that wait for a peer that has vanished.
 */
export class SideLine {
  readonly #pool: PgPool
  readonly #clock: Clock
  #asking: Promise<ReadonlySet<number> | null> | undefined

  constructor(pool: PgPool, clock: Clock) {
    this.#pool = pool
    this.#clock = clock
  }

  /** The processes that are at work now; null when the server did not answer. Whoever asks meanwhile is told the same. Never rejects. */
  async atWork(): Promise<ReadonlySet<number> | null> {
    this.#asking ??= this.#ask({ text: AT_WORK })
      .then((rows) => new Set(rows.map((row) => (row as { readonly pid: number }).pid)))
      .catch(() => null)
      .finally(() => (this.#asking = undefined))
    return this.#asking
  }

  /** Asks a process to stop what it does. Never rejects: the server notices an end that nobody waits for when it writes to it. */
  async cancel(processID: number): Promise<void> {
    await this.#ask({ text: 'SELECT pg_cancel_backend($1)', values: [processID] }).catch(() => undefined)
  }

  async #ask(query: PgQuery): Promise<unknown[]> {
    const bound = { clock: this.#clock, lengthMs: ANSWER_MS, reason: connectionLostError }
    const { Client, options } = this.#pool
    if (Client === undefined) return withDeadline(bound, async (signal) => this.#askPool(query, signal))
    const client = new Client(options as never)
    client.on('error', ignore)
    try {
      return await withDeadline(bound, async () => {
        await client.connect()
        return (await client.query(query)).rows
      })
    } finally {
      void client.end().catch(ignore)
      dropSocket(client)
    }
  }

  /** Of a pool that does not tell how it makes connections. */
  async #askPool(query: PgQuery, signal: AbortSignal): Promise<unknown[]> {
    const client = await connect(this.#pool, signal)
    let destroy = true
    try {
      const { rows } = await client.query(query)
      destroy = false
      return rows
    } finally {
      client.release(destroy)
    }
  }
}
