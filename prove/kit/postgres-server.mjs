import { PostgresCluster, postgresPrograms } from '../../test/servers/postgres-cluster.mjs'

/**
 * A server as it comes: what is committed is on the disk. Only what a proof needs differs, and what a machine of two cores and 4 GB is
 * usually given.
 */
const SETTINGS = ['max_connections=100', 'shared_buffers=256MB', 'log_min_messages=fatal']

/**
 * Runs an act beside a PostgreSQL server with its own cluster in a folder, and ends the server whatever happens, also when somebody ends the proof.
 * @template T
 * @param {{ readonly folder: string, readonly kind?: import('../../test/servers/postgres-cluster.mjs').Kind, readonly settings?: readonly string[] }} given `settings`: `name=value` for this proof
 * @param {(cluster: PostgresCluster) => Promise<T>} act
 * @returns {Promise<T>}
 */
export async function withPostgres({ folder, kind = 'embedded', settings = [] }, act) {
  const bin = postgresPrograms(kind)
  if (bin === null) throw new Error(`expected a PostgreSQL of kind "${kind}" on this machine, got none`)
  const cluster = new PostgresCluster(folder, { bin, settings: [...SETTINGS, ...settings] })
  const leave = () => void cluster.stop('immediate').then(() => process.exit(1))
  process.once('SIGINT', leave)
  process.once('SIGTERM', leave)
  try {
    await cluster.start()
    return await act(cluster)
  } finally {
    process.removeListener('SIGINT', leave)
    process.removeListener('SIGTERM', leave)
    await cluster.stop('immediate')
  }
}
