import type { Clock } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'
import { uuidMaker } from '../../time/ids.js'
import { systemRandom } from '../../time/random.js'
import { systemClock } from '../../time/system-clock.js'
import type { PgPool } from './client-types.js'

/** How to reach a PostgreSQL store; `url` or `pool`. */
export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`; a pool of ten connections is made with the `pg` package, and closed. */
  readonly url?: string
  /** A pool of the `pg` package; it is used and never closed. One connection of it listens for hints. */
  readonly pool?: PgPool
  /** The schema that everything is kept in; 1 to 63 bytes. @defaultValue `'rota'` */
  readonly schema?: string
  /** How long one call may take before it rejects with `CALL_TIMEOUT`. Milliseconds, 100 to 600,000. @defaultValue 30,000 */
  readonly callTimeoutMs?: DurationMs
  /**
   * Whether to listen for hints of other processes on a connection of its own; without, only latency suffers. A pooler that shares
   * connections between transactions, such as PgBouncer, cannot pass them on: it is noticed, and said in a warning of the process.
   * @defaultValue true, but false behind a pooler
   */
  readonly listen?: boolean
  /** Whether `open` brings the schema up to date; without, it refuses an older one with `SCHEMA_OLDER`. @defaultValue true */
  readonly migrate?: boolean
  /** Sets timers. What time it is, the server says. @defaultValue the clock of this machine */
  readonly clock?: Clock
  /** Told about what goes wrong where nobody waits: a listener that throws, a lost connection. @defaultValue nobody */
  readonly onError?: (error: unknown) => void
}

export interface ResolvedOptions {
  readonly url: string | null
  readonly pool: PgPool | null
  readonly schema: string
  readonly callTimeoutMs: DurationMs
  readonly listen: boolean | 'unless-pooled'
  readonly migrate: boolean
  readonly clock: Clock
  /** Tells the hints of this backend object from those of others. */
  readonly origin: string
  readonly onError: (error: unknown) => void
}

const CALL_TIMEOUT_MS_MIN = 100
const CALL_TIMEOUT_MS_MAX = 600_000
/** Longer identifiers are cut by the server (NAMEDATALEN). */
const SCHEMA_BYTES_MAX = 63

/** Fills in defaults and refuses what cannot be. */
export function resolveOptions(options: PostgresOptions): ResolvedOptions {
  const { url, pool, schema = 'rota', callTimeoutMs = 30_000 } = options
  if ((url === undefined) === (pool === undefined)) {
    throw new TypeError(`postgres: expected either url or pool, got ${url === undefined ? 'neither' : 'both'}`)
  }
  if (url !== undefined && !/^postgres(ql)?:\/\//.test(url)) {
    // The rest may hold a password.
    throw new TypeError(`postgres: url: expected "postgres://...", got a text that begins otherwise`)
  }
  if (!isSchema(schema)) {
    throw new TypeError(
      `postgres: schema: expected a name of 1 to ${SCHEMA_BYTES_MAX} bytes, got ${JSON.stringify(schema)}`,
    )
  }
  if (!(callTimeoutMs >= CALL_TIMEOUT_MS_MIN && callTimeoutMs <= CALL_TIMEOUT_MS_MAX)) {
    const range = `${CALL_TIMEOUT_MS_MIN} to ${CALL_TIMEOUT_MS_MAX}`
    throw new TypeError(`postgres: callTimeoutMs: expected ${range}, got ${String(callTimeoutMs)}`)
  }
  return Object.freeze({
    url: url ?? null,
    pool: pool ?? null,
    schema,
    callTimeoutMs,
    listen: options.listen ?? 'unless-pooled',
    migrate: options.migrate ?? true,
    clock: options.clock ?? systemClock,
    origin: uuidMaker(systemClock, systemRandom).next(),
    onError: options.onError ?? (() => undefined),
  })
}

function isSchema(schema: unknown): boolean {
  if (typeof schema !== 'string' || schema === '' || Buffer.byteLength(schema) > SCHEMA_BYTES_MAX) return false
  // Functions are quoted by this mark, and reserved names by the server's own.
  return !schema.includes('\0') && !schema.includes('$rota$') && !schema.startsWith('pg_') && !schema.includes('{')
}
