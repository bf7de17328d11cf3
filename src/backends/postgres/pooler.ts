import type { PgClient, PgQueryable } from './client-types.js'

/**
 * True when what answers is not the process that the connection was told of: a pooler such as PgBouncer has connections of its own,
 * which its clients share. Drivers that tell no number are believed.
 */
export async function isPooled(queryable: PgQueryable, client: PgClient): Promise<boolean> {
  const processID = processOf(client)
  if (processID === null) return false
  const { rows } = await queryable.query({ text: 'SELECT pg_backend_pid() AS pid' })
  return (rows[0] as { readonly pid: number }).pid !== processID
}

/** The number of the server's process behind a connection, as its driver was told; null where it does not say. */
export function processOf(client: PgClient): number | null {
  const { processID } = client as { processID?: unknown }
  return typeof processID === 'number' ? processID : null
}

/** Said once at the start: nothing is wrong, but people should know what they miss. */
export function warnOfPooler(where: string): void {
  const lacks = 'where nobody can listen: work of other processes is found by looking for it each second'
  process.emitWarning(`the PostgreSQL store ${where} is reached through a pooler such as PgBouncer, ${lacks}`, {
    code: 'ROTA_POOLER',
    detail:
      'Name a direct connection, or say `listen: true` where the pooler gives each client a connection of its own.',
  })
}
