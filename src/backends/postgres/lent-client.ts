import { abortable } from '../../async/abortable.js'
import type { PgClient, PgPool } from './client-types.js'

/** The pools that were told, and the connections that are listened to: a pool may come in several wrappings. */
const told = new WeakSet<PgPool>()
const quiet = new WeakSet<object>()

/**
 * Listens to the errors of each connection from the moment that the pool has made it. One that breaks in the very packet which says that it is
 * ready has left the pool's care and not yet come to whoever asked for it: an error that nobody hears ends the process.
 */
function quieten(pool: PgPool): void {
  if (told.has(pool)) return
  told.add(pool)
  pool.on('connect', (given) => {
    const client = given as PgClient
    if (quiet.has(client)) return
    quiet.add(client)
    client.on('error', ignore)
  })
}

/** For errors of which those concerned are told in another way. */
export function ignore(): void {
  // nothing to do
}

/** Takes a connection of the pool; one that comes after the abort goes back unused. */
export async function connect(pool: PgPool, signal: AbortSignal): Promise<PgClient> {
  signal.throwIfAborted()
  quieten(pool)
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

/** How many bytes a connection has moved so far, both ways; 0 where its driver does not say. */
export function bytesMoved(client: object): number {
  interface Stream {
    readonly bytesRead?: number
    readonly bytesWritten?: number
    readonly writableLength?: number
  }
  const {
    bytesRead = 0,
    bytesWritten = 0,
    writableLength = 0,
  } = (client as { connection?: { stream?: Stream } }).connection?.stream ?? {}
  // What waits in this process counts as written, and has not moved.
  return bytesRead + bytesWritten - writableLength
}

/** Lets go of a connection whose peer may have vanished: its end would be waited for. */
export function dropSocket(client: object): void {
  const { connection } = client as { connection?: { stream?: { destroy?: () => void } } }
  connection?.stream?.destroy?.()
}
