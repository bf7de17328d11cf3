import { abortable, onAbort } from '../../async/abortable.js'
import type { Clock } from '../../model/clock.js'
import type { PgClient, PgPool, PgQuery } from './client-types.js'
import { losesConnection } from './errors.js'

/** How long a query that was called off may take to say so, before its connection is given up. */
const CANCEL_GRACE_MS = 500

interface Parts {
  readonly pool: PgPool
  readonly clock: Clock
}

/**
 * Runs one statement on a connection of the pool. Each statement is a transaction of its own, so an abort has full effect or
 * none: the server is asked to stop it, and what comes first counts, its result or its end. A connection that does not answer
 * even then is given up, and so is every one that was called off: the request to stop could hit whatever it does next.
 */
export async function runQuery(parts: Parts, query: PgQuery, signal: AbortSignal): Promise<unknown[]> {
  const client = await connect(parts.pool, signal)
  // A connection that breaks between two statements says so here; the statement in flight rejects by itself.
  const ignore = (): void => undefined
  client.on('error', ignore)
  let destroy = true
  try {
    const { rows } = await orCancelled(parts, client, client.query(query), signal)
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

async function orCancelled<T>(parts: Parts, client: PgClient, running: Promise<T>, signal: AbortSignal): Promise<T> {
  const giveUp = new AbortController()
  const stopListening = onAbort(signal, (reason) => {
    void cancelQuery(parts, client).then(() => giveUp.abort(reason))
  })
  try {
    return await abortable(running, giveUp.signal)
  } finally {
    stopListening()
  }
}

/** Takes a connection of the pool; one that comes after the abort goes back unused. */
export async function connect(pool: PgPool, signal: AbortSignal): Promise<PgClient> {
  signal.throwIfAborted()
  const connecting = pool.connect()
  try {
    return await abortable(connecting, signal)
  } catch (error) {
    if (signal.aborted)
      void connecting.then(
        (client) => client.release(),
        () => undefined,
      )
    throw error
  }
}

/** Asks the server to stop what a connection does, and resolves when it has had time to. Never rejects. */
async function cancelQuery({ pool, clock }: Parts, client: PgClient): Promise<void> {
  const grace = clock.sleep(CANCEL_GRACE_MS)
  const { processID } = client as { processID?: unknown }
  if (typeof processID === 'number') void sendCancel(pool, processID)
  await grace
}

async function sendCancel(pool: PgPool, processID: number): Promise<void> {
  try {
    const other = await pool.connect()
    await other.query({ text: 'SELECT pg_cancel_backend($1)', values: [processID] }).finally(() => other.release())
  } catch {
    // The connection is given up all the same; the server notices when it writes to it.
  }
}
