import { RotaError } from '../../../model/errors.js'
import type { PgQueryable } from '../client-types.js'
import { FUNCTIONS_1 } from './functions.js'
import { SCHEMA_1 } from './schema-1.js'

/** Step *i* brings a schema from version *i* to *i + 1*, and back. Published steps never change; a new schema is a new step. */
const STEPS: readonly { readonly up: string; readonly down: string }[] = [
  { up: `CREATE SCHEMA IF NOT EXISTS {s};\n${SCHEMA_1}${FUNCTIONS_1}`, down: 'DROP SCHEMA {s} CASCADE;\n' },
]

/** The schema that this program writes. */
export const SCHEMA_VERSION = STEPS.length

/** A name as it stands in a statement. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The statements that bring a schema from one version to another, in one transaction, for people who run them themselves. */
export function migrationSql(schema: string, from: number, to: number = SCHEMA_VERSION): string {
  if (from === to) return ''
  const isUp = from < to
  const steps = isUp
    ? STEPS.slice(from, to).map(({ up }) => up)
    : STEPS.slice(to, from)
        .toReversed()
        .map(({ down }) => down)
  const version = to === 0 ? '' : `DELETE FROM {s}.meta; INSERT INTO {s}.meta(version) VALUES (${to});\n`
  // `{q}` stands inside a literal. Functions, because "$&" and the like in a text would be read.
  return `${steps.join('')}${version}`
    .replaceAll('{s}', () => quoted(schema))
    .replaceAll('{q}', () => quoted(schema).replaceAll("'", "''"))
    .replaceAll('{channel}', hintChannel(schema))
}

/**
 * Brings a schema to `to`, or refuses one that a newer program has made with `SCHEMA_NEWER`. Any number of processes may do this
 * at one time: an advisory lock lets one do the work, the others find it done. Gives the version that was found.
 */
export async function migrate(client: PgQueryable, schema: string, to: number = SCHEMA_VERSION): Promise<number> {
  const before = await readVersion(client, schema)
  refuseNewer(schema, before)
  if (before === to) return before
  await client.query({ text: 'BEGIN' })
  try {
    await client.query({ text: migrationLock(schema) })
    const found = await readVersion(client, schema)
    refuseNewer(schema, found)
    const sql = migrationSql(schema, found, to)
    if (sql !== '') await client.query({ text: sql })
    await client.query({ text: 'COMMIT' })
    return found
  } catch (error) {
    await client.query({ text: 'ROLLBACK' }).catch(() => undefined)
    throw error
  }
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

/** The version of a schema; 0 where there is none. */
export async function readVersion(client: PgQueryable, schema: string): Promise<number> {
  const { rows: found } = await client.query({ text: FIND_META, values: [schema] })
  if (found.length === 0) return 0
  const { rows } = await client.query({ text: `SELECT version FROM ${quoted(schema)}.meta` })
  return (rows[0] as { version: number } | undefined)?.version ?? 0
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

/** Refuses a schema that this program does not know, older or newer. */
export function refuseOlder(schema: string, found: number): void {
  refuseNewer(schema, found)
  if (found === SCHEMA_VERSION) return
  const message = `PostgreSQL schema "${schema}" has version ${found}, this program needs ${SCHEMA_VERSION}; run "rota migrate"`
  throw new RotaError('SCHEMA_OLDER', message, { facts: { schema, found, known: SCHEMA_VERSION } })
}

function refuseNewer(schema: string, found: number): void {
  if (found <= SCHEMA_VERSION) return
  throw new RotaError(
    'SCHEMA_NEWER',
    `PostgreSQL schema "${schema}" has version ${found}, this program knows ${SCHEMA_VERSION}; upgrade rota`,
    { facts: { schema, found, known: SCHEMA_VERSION } },
  )
}
