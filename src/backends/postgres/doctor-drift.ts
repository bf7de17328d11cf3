import type { PgQueryable } from './client-types.js'
import type { DoctorFinding } from './doctor-finding.js'
import { hintChannel, migrationSql, quoted } from './migrations/migrate.js'

/** The schema as it should be is made under this name, looked at, and never committed. */
const MODEL = 'rota_doctor'

/** One thing of a schema, `{s}` where its name stands. */
interface Part {
  readonly kind: 'table' | 'column' | 'setting' | 'index' | 'function' | 'sequence'
  readonly name: string
  /** Equal where the parts are. */
  readonly definition: string
  /** Makes it, or makes it right. */
  readonly make: string | null
}

const PARTS = `
SELECT 'table' AS kind, relname::text AS name, '' AS definition, NULL AS make
FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p')
UNION ALL
SELECT 'sequence', relname, '', format('CREATE SEQUENCE {s}.%I', relname)
FROM pg_class c WHERE relnamespace = $1::regnamespace AND relkind = 'S'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype IN ('a', 'i'))
UNION ALL
SELECT 'column', c.relname || '.' || attname, format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END,
  format('ALTER TABLE {s}.%I ADD COLUMN %I %s', c.relname, attname, format_type(atttypid, atttypmod))
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'setting', c.relname || ': ' || split_part(o, '=', 1), split_part(o, '=', 2), format('ALTER TABLE {s}.%I SET (%s)', c.relname, o)
FROM pg_class c CROSS JOIN unnest(reloptions) o WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r'
UNION ALL
SELECT 'index', i.relname, pg_get_indexdef(i.oid) || CASE WHEN x.indisvalid THEN '' ELSE ' INVALID' END,
  CASE WHEN x.indisprimary THEN format('ALTER TABLE {s}.%I ADD %s', t.relname, pg_get_constraintdef(k.oid))
  ELSE regexp_replace(pg_get_indexdef(i.oid), ' INDEX ', ' INDEX CONCURRENTLY ') END
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
LEFT JOIN pg_constraint k ON k.conindid = i.oid AND k.contype IN ('p', 'u')
WHERE t.relnamespace = $1::regnamespace AND t.relkind = 'r'
UNION ALL
SELECT 'function', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_functiondef(p.oid), pg_get_functiondef(p.oid)
FROM pg_proc p WHERE pronamespace = $1::regnamespace AND prokind = 'f'
ORDER BY 1, 2`

/** What of a schema is missing, or not as this version makes it. What others have added is theirs. */
export async function findDrift(client: PgQueryable, schema: string): Promise<readonly DoctorFinding[]> {
  const wanted = await modelParts(client)
  if (wanted === null) {
    const problem = `the schema was not compared: that takes the right to make one, which this user does not have`
    return [
      { check: 'schema', problem, mend: `GRANT CREATE ON DATABASE ${await databaseName(client)} TO CURRENT_USER` },
    ]
  }
  const found = new Map((await readParts(client, schema)).map((part) => [keyOf(part), part]))
  // A table that is missing says it for all that belongs to it.
  const missing = new Set(
    wanted.filter((part) => part.kind === 'table' && !found.has(keyOf(part))).map(({ name }) => name),
  )
  return wanted.flatMap((part) => {
    const there = found.get(keyOf(part))
    if (there?.definition === part.definition || (part.kind !== 'table' && missing.has(ownerOf(part)))) return []
    return [finding(part, there, schema)]
  })
}

/** null: this user may not make it. */
async function modelParts(client: PgQueryable): Promise<readonly Part[] | null> {
  await client.query({ text: 'BEGIN' })
  try {
    await client.query({ text: migrationSql(MODEL, 0) })
    return await readParts(client, MODEL)
  } catch (error) {
    if ((error as { code?: unknown }).code === '42501') return null
    throw error
  } finally {
    await client.query({ text: 'ROLLBACK' })
  }
}

async function readParts(client: PgQueryable, schema: string): Promise<readonly Part[]> {
  const { rows } = await client.query({ text: PARTS, values: [quoted(schema)] })
  const { rows: names } = await client.query({ text: 'SELECT quote_ident($1) AS name', values: [schema] })
  const { name } = names[0] as { readonly name: string }
  const nameless = (text: string): string =>
    text
      .replaceAll(hintChannel(schema), '{channel}')
      .replaceAll(`${quoted(schema)}.`, '{s}.')
      .replaceAll(`${name}.`, '{s}.')
  return (rows as Part[]).map((part) => ({
    ...part,
    name: nameless(part.name),
    definition: nameless(part.definition),
    make: part.make === null ? null : nameless(part.make),
  }))
}

function finding(wanted: Part, found: Part | undefined, schema: string): DoctorFinding {
  const { kind, name, definition } = wanted
  const make = wanted.make?.replaceAll('{channel}', hintChannel(schema)).replaceAll('{s}', () => quoted(schema)) ?? null
  const check = kind === 'index' ? 'index' : 'schema'
  const what = `${kind} ${name.replaceAll('{s}.', '')}`
  if (found === undefined)
    return { check, problem: `${what} is missing`, mend: make ?? 'rota migrate --dry-run --from 0' }
  if (kind === 'index' && found.definition === `${definition} INVALID`) {
    const mend = `REINDEX INDEX CONCURRENTLY ${quoted(schema)}.${quoted(name)}`
    return { check, problem: `${what} is not valid: it was never finished`, mend }
  }
  const problem = `${what} is not as this version makes it`
  if (kind === 'index') return { check, problem, mend: `DROP INDEX ${quoted(schema)}.${quoted(name)}; ${make}` }
  if (kind !== 'column') return { check, problem, mend: make }
  const [table = '', column = ''] = name.split('.')
  const [type = '', nullable] = definition.split(' NOT NULL')
  const alter = `ALTER COLUMN ${quoted(column)}`
  const set = `${alter} ${nullable === undefined ? 'DROP' : 'SET'} NOT NULL`
  return { check, problem, mend: `ALTER TABLE ${quoted(schema)}.${quoted(table)} ${alter} TYPE ${type}, ${set}` }
}

/** The table that a part belongs to; an index is known by its definition only. */
function ownerOf({ kind, name, definition }: Part): string {
  if (kind === 'index') return / ON (?:ONLY )?\{s\}\.(\w+) /.exec(definition)?.[1] ?? ''
  return name.split(/[.:]/)[0] ?? ''
}

function keyOf({ kind, name }: Part): string {
  return `${kind} ${name}`
}

async function databaseName(client: PgQueryable): Promise<string> {
  const { rows } = await client.query({ text: 'SELECT quote_ident(current_database()) AS name' })
  return (rows[0] as { readonly name: string }).name
}
