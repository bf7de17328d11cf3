import type { Clock } from '../model/clock.js'
import type { Backend } from '../port/backend.js'

/** How a store is made. */
export interface LoadOptions {
  /** Whether opening it may make what is missing in a database, and bring up to date what is there. @defaultValue true */
  readonly migrate?: boolean
}

/** How a scheme is opened; the module behind it is loaded when the first program asks for it. */
type Loader = (rest: string, clock: Clock, options: LoadOptions) => Promise<Backend>

const LOADERS: ReadonlyMap<string, Loader> = new Map<string, Loader>([
  ['memory', loadMemory],
  ['sqlite', loadSqlite],
  ['postgres', loadPostgres],
  ['postgresql', loadPostgres],
])

/** A URL that was understood; nothing is loaded or opened yet. */
export interface BackendUrl {
  readonly scheme: string
  readonly load: (clock: Clock, options?: LoadOptions) => Promise<Backend>
}

/**
 * Reads the URL of a store: `memory:`, `sqlite:rota.db`, `sqlite:./data/rota.db`, `sqlite:///var/lib/rota.db` or
 * `postgres://user:password@host:5432/database`, with `?schema=NAME` for another schema than `rota`.
 * Throws a `TypeError` that says what is known for anything else.
 */
export function parseBackendUrl(url: unknown): BackendUrl {
  const known = 'expected "sqlite:<file>", "postgres://<host>/<database>" or "memory:"'
  if (typeof url !== 'string') throw new TypeError(`url: ${known}, got ${url === null ? 'null' : typeof url}`)
  const colon = url.indexOf(':')
  // A drive letter is a path on Windows and a scheme of one letter nowhere.
  if (colon < 2) throw new TypeError(`url: ${known}, got the path ${JSON.stringify(url)}; write "sqlite:${url}"`)
  const scheme = url.slice(0, colon)
  const loader = LOADERS.get(scheme)
  // Only the scheme is repeated: the rest may hold a password.
  if (loader === undefined) throw new TypeError(`url: ${known}, got the scheme ${JSON.stringify(scheme)}`)
  const rest = readRest(loader, url.slice(colon + 1))
  return { scheme, load: (clock, options = {}) => loader(rest, clock, options) }
}

async function loadMemory(_rest: string, clock: Clock): Promise<Backend> {
  const { memory } = await import('../backends/memory/index.js')
  return memory({ clock })
}

async function loadSqlite(file: string, clock: Clock): Promise<Backend> {
  const { sqlite } = await import('../backends/sqlite/index.js')
  return sqlite({ file, clock })
}

async function loadPostgres(rest: string, clock: Clock, { migrate = true }: LoadOptions): Promise<Backend> {
  const { postgres } = await import('../backends/postgres/index.js')
  return postgres({ ...readPostgres(rest), clock, migrate })
}

/** A database and the schema in it. */
export interface PostgresPlace {
  readonly url: string
  readonly schema: string
}

/** What a URL of a PostgreSQL store names, for those who look at the database itself; null for every other store. */
export function postgresPlace(url: string): PostgresPlace | null {
  const { scheme } = parseBackendUrl(url)
  return scheme.startsWith('postgres') ? readPostgres(url.slice(scheme.length + 1)) : null
}

function readPostgres(rest: string): PostgresPlace {
  const url = new URL(`postgres:${rest}`)
  const schema = url.searchParams.get('schema') ?? 'rota'
  // The server would refuse a setting that it does not know.
  url.searchParams.delete('schema')
  return { url: url.href, schema }
}

/** What is behind the scheme, as its loader takes it. */
function readRest(loader: Loader, rest: string): string {
  if (loader === loadSqlite) return sqlitePath(rest)
  if (loader !== loadPostgres || (rest.startsWith('//') && URL.canParse(`postgres:${rest}`))) return rest
  // It is not repeated: it may hold a password, and not where one could be told from the rest.
  throw new TypeError('url: expected "postgres://<user>:<password>@<host>:<port>/<database>", got what is no such URL')
}

/** The file of `sqlite:file`, `sqlite:/abs/file` and `sqlite:///abs/file`. */
function sqlitePath(rest: string): string {
  const path = rest.startsWith('//') ? rest.slice(2) : rest
  if (path === '') throw new TypeError('url: expected a file behind "sqlite:", such as "sqlite:rota.db", got none')
  if (rest.startsWith('//') && !path.startsWith('/')) {
    throw new TypeError(`url: expected "sqlite:${path}" or three slashes before an absolute path, got "sqlite:${rest}"`)
  }
  return path
}
