import type { Clock } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'
import type { PgPool, PgQueryable } from './client-types.js'
import { findBloat } from './doctor-bloat.js'
import { findDrift } from './doctor-drift.js'
import { findOldSnapshots } from './doctor-snapshots.js'
import type { DoctorFinding } from './doctor-finding.js'
import { openPool } from './driver.js'
import { toRotaError } from './errors.js'
import { connect } from './lent-client.js'
import { readVersion, SCHEMA_VERSION } from './migrations/migrate.js'
import { type PostgresOptions, resolveOptions } from './options.js'

/** A store to look at. */
export interface DoctorOptions extends Pick<PostgresOptions, 'url' | 'pool' | 'schema'> {
  /** Whose time the server's is compared with. */
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Jobs are due by the server's clock and ids are made by ours: people who read both are misled by more than this. */
const SKEW_MS_MAX: DurationMs = 2000

/** Looks at a schema and at the server around it; changes nothing that stays. Gives what is wrong, the worst first. */
export async function examinePostgres(options: DoctorOptions): Promise<readonly DoctorFinding[]> {
  const { url, pool, schema } = resolveOptions({
    ...(options.pool === undefined ? { url: options.url ?? '' } : { pool: options.pool }),
    ...(options.schema === undefined ? {} : { schema: options.schema }),
  })
  const own: PgPool = pool ?? (await openPool(url ?? ''))
  try {
    const client = await connect(own, options.signal)
    let isSound = false
    try {
      const findings = await examine(client, schema, options.clock)
      isSound = true
      return findings
    } finally {
      client.release(!isSound)
    }
  } catch (error) {
    throw toRotaError(error, `schema "${schema}"`)
  } finally {
    if (pool === null) await own.end()
  }
}

async function examine(client: PgQueryable, schema: string, clock: Clock): Promise<readonly DoctorFinding[]> {
  const { version: found } = await readVersion(client, schema)
  const skew = await findSkew(client, clock)
  const snapshots = await findOldSnapshots(client)
  if (found !== SCHEMA_VERSION) return [wrongVersion(schema, found), ...skew, ...snapshots]
  return [...(await findDrift(client, schema)), ...skew, ...snapshots, ...(await findBloat(client, schema))]
}

function wrongVersion(schema: string, found: number): DoctorFinding {
  if (found > SCHEMA_VERSION) {
    const problem = `schema "${schema}" has version ${found}, this program knows ${SCHEMA_VERSION}: upgrade rota`
    return { check: 'schema', problem, mend: null }
  }
  const problem =
    found === 0
      ? `there is no schema "${schema}"`
      : `schema "${schema}" has version ${found}, this program needs ${SCHEMA_VERSION}`
  return { check: 'schema', problem, mend: 'rota migrate' }
}

async function findSkew(client: PgQueryable, clock: Clock): Promise<readonly DoctorFinding[]> {
  const before = clock.now()
  const { rows } = await client.query({ text: 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now' })
  const after = clock.now()
  const { now } = rows[0] as { readonly now: number }
  // The server read its clock at some instant between the two.
  const skewMs = Math.round(now < before ? now - before : Math.max(0, now - after))
  if (Math.abs(skewMs) <= SKEW_MS_MAX) return []
  const side = skewMs > 0 ? 'ahead of' : 'behind'
  const problem = `the clock of the server is ${Math.abs(skewMs)} ms ${side} that of this machine: let both follow NTP`
  return [{ check: 'clock', problem, mend: null }]
}
