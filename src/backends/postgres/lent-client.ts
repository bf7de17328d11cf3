import { abortable } from '../../async/abortable.js'
import type { PgClient, PgPool } from './client-types.js'

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

/** Lets go of a connection whose peer may have vanished: its end would be waited for. */
export function dropSocket(client: object): void {
  const { connection } = client as { connection?: { stream?: { destroy?: () => void } } }
  connection?.stream?.destroy?.()
}
