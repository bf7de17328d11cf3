import { RotaError } from '../../../model/errors.js'
import type { PgQueryable } from '../client-types.js'
import { meetsLock } from '../errors.js'
import { FUNCTIONS_1 } from './functions.js'
import { SCHEMA_1 } from './schema-1.js'
import { STEP_2 } from './step-2.js'

/**
 * Whoever waits for a table makes everybody wait who comes later, and a transaction of a user may hold one for long: so a migration gives
 * up soon, lets the others go on, and tries again.
 */
const TABLE_WAIT = '1s'
const ATTEMPT_PAUSE_S = 0.5
const ATTEMPTS_MAX = 40

interface Step {
  readonly up: string
  readonly down: string
  /** The first version whose programs can work with what this step has made; those before it are refused. */
  readonly oldest: number
}

/** Step *i* brings a schema from version *i* to *i + 1*, and back. Published steps never change; a new schema is a new step. */
const STEPS: readonly Step[] = [
  { up: `CREATE SCHEMA IF NOT EXISTS {s};\n${SCHEMA_1}${FUNCTIONS_1}`, down: 'DROP SCHEMA {s} CASCADE;\n', oldest: 1 },
  STEP_2,
]

/** What programs that listen are told of a migration: numbers that they have read may stand for something else. */
export const MIGRATED = 'migrated'

/** The schema that this program writes. */
export const SCHEMA_VERSION = STEPS.length

/** What a schema says of itself. */
export interface SchemaVersion {
  /** 0: there is none. */
  readonly version: number
  /** The first version whose programs can work with it. */
  readonly oldest: number
}

/** A name as it stands in a statement. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The statements that bring a schema from one version to another, in one transaction, for people who run them themselves. */
export function migrationSql(schema: string, from: number, to: number = SCHEMA_VERSION): string {
  if (from === to || from > SCHEMA_VERSION) return ''
  const isUp = from < to
  const steps = isUp
    ? STEPS.slice(from, to).map(({ up }) => up)
    : // The first step takes everything with it.
      STEPS.slice(to, to === 0 ? 1 : from)
        .toReversed()
        .map(({ down }) => down)
  const version = to === 0 ? '' : `DELETE FROM {s}.meta; ${insertVersion(to)};\n`
  const told = `SELECT pg_notify('{channel}', '{"o":"","q":null,"k":["settings","${MIGRATED}"]}');\n`
  // `{q}` stands inside a literal. Functions, because "$&" and the like in a text would be read.
  return `${steps.join('')}${version}${told}`
    .replaceAll('{s}', () => quoted(schema))
    .replaceAll('{q}', () => quoted(schema).replaceAll("'", "''"))
    .replaceAll('{channel}', hintChannel(schema))
}

/** The first schema does not tell for whom it is. */
function insertVersion(to: number): string {
  if (to === 1) return 'INSERT INTO {s}.meta(version) VALUES (1)'
  return `INSERT INTO {s}.meta(version, oldest) VALUES (${to}, ${STEPS[to - 1]?.oldest ?? to})`
}

/**
 * Brings a schema to `to`, or refuses one that a newer program has made with `SCHEMA_NEWER`; one that this program can live with is left
 * as it is. Any number of processes may do this at one time: an advisory lock lets one do the work, the others find it done. Gives
 * the version that was found.
 */
export async function migrate(client: PgQueryable, schema: string, to: number = SCHEMA_VERSION): Promise<number> {
  const before = await readVersion(client, schema)
  if (isThere(schema, before, to)) return before.version
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await migrateOnce(client, schema, to)
    } catch (error) {
      if (!meetsLock(error) || attempt === ATTEMPTS_MAX) throw error
    }
    await client.query({ text: `SELECT pg_sleep(${ATTEMPT_PAUSE_S})` })
  }
}

async function migrateOnce(client: PgQueryable, schema: string, to: number): Promise<number> {
  await client.query({ text: 'BEGIN' })
  try {
    await client.query({ text: migrationLock(schema) })
    const found = await readVersion(client, schema)
    if (!isThere(schema, found, to)) {
      await client.query({ text: `SET LOCAL lock_timeout = '${TABLE_WAIT}'` })
      await client.query({ text: migrationSql(schema, found.version, to) })
    }
    await client.query({ text: 'COMMIT' })
    return found.version
  } catch (error) {
    await client.query({ text: 'ROLLBACK' }).catch(() => undefined)
    throw error
  }
}

/** Nothing is left to do. How to come down from what a newer program has made nobody here knows. */
function isThere(schema: string, found: SchemaVersion, to: number): boolean {
  if (found.version > SCHEMA_VERSION && to < SCHEMA_VERSION) throw newerError(schema, found)
  refuseNewer(schema, found)
  return found.version === to || found.version > SCHEMA_VERSION
}

/**
 * The catalog is read as a table and not by its functions: those answer from a cache, which after a wait for another migration
 * may still say that there is nothing.
 */
const FIND_META = `SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = 'meta'`

/** The statement by which whoever migrates a schema waits for whoever does so already. */
export function migrationLock(schema: string): string {
  return `SELECT pg_advisory_xact_lock(${advisoryKey(`migrate ${schema}`)})`
}

/** The version of a schema. */
export async function readVersion(client: PgQueryable, schema: string): Promise<SchemaVersion> {
  const { rows: found } = await client.query({ text: FIND_META, values: [schema] })
  if (found.length === 0) return { version: 0, oldest: 0 }
  // The first schema has no column for it.
  const { rows } = await client.query({ text: `SELECT to_json(m) AS meta FROM ${quoted(schema)}.meta m` })
  const { version = 0, oldest = version } = (rows[0] as { meta: Partial<SchemaVersion> } | undefined)?.meta ?? {}
  return { version, oldest }
}

/** The channel on which hints of a schema are sent. */
export function hintChannel(schema: string): string {
  return `rota_${advisoryKey(`hints ${schema}`)}`
}

/** A number for an advisory lock: the first 63 bits of FNV-1a, 64 bits. Other programs lock other numbers. */
export function advisoryKey(name: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of Buffer.from(`rota ${name}`)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return String(BigInt.asUintN(63, hash))
}

/** Refuses a schema that this program cannot work with, older or newer. */
export function refuseOther(schema: string, found: SchemaVersion): void {
  refuseNewer(schema, found)
  const { version } = found
  if (version >= SCHEMA_VERSION) return
  const message = `PostgreSQL schema "${schema}" has version ${version}, this program needs ${SCHEMA_VERSION}; run "rota migrate"`
  throw new RotaError('SCHEMA_OLDER', message, { facts: { schema, found: version, known: SCHEMA_VERSION } })
}

function refuseNewer(schema: string, found: SchemaVersion): void {
  if (found.version > SCHEMA_VERSION && found.oldest > SCHEMA_VERSION) throw newerError(schema, found)
}

function newerError(schema: string, { version }: SchemaVersion): RotaError {
  const message = `PostgreSQL schema "${schema}" has version ${version}, this program knows ${SCHEMA_VERSION}; upgrade rota`
  return new RotaError('SCHEMA_NEWER', message, { facts: { schema, found: version, known: SCHEMA_VERSION } })
}
