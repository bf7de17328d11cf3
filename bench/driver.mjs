/**
 * The SQLite driver that rota itself uses on this version of Node, so that floor and peers run on the same one.
 */

/**
 * The few methods of the driver that are called here.
 * @typedef {object} Database
 * @property {(sql: string) => void} exec
 * @property {(sql: string) => Statement} prepare
 * @property {() => void} close
 */

/**
 * @typedef {object} Statement
 * @property {(...values: any[]) => { changes: number, lastInsertRowid: number | bigint }} run
 * @property {(...values: any[]) => Record<string, unknown> | undefined} get
 * @property {(...values: any[]) => Record<string, unknown>[]} all
 */

/** @typedef {{ readonly DatabaseSync: new (file: string) => Database }} Driver */

const driver = builtInDriver() ?? (await bundledDriver())

/**
 * Node's own, where it needs no flag: since 22.13.
 * @returns {{ readonly name: string } & Driver | null}
 */
function builtInDriver() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 22 || (major === 22 && minor < 13)) return null
  const name = 'node:sqlite'
  return { name, .../** @type {Driver} */ (/** @type {unknown} */ (process.getBuiltinModule(name))) }
}

/** The same interface with a binary of its own. */
async function bundledDriver() {
  const name = '@photostructure/sqlite'
  return { name, .../** @type {Driver} */ (await import(name)) }
}

/**
 * Opens a database file in WAL mode.
 * @param {string} file
 * @param {{ synchronous?: 'NORMAL' | 'FULL' }} [options]
 * @returns {Database}
 */
export function openDatabase(file, options = {}) {
  const database = new driver.DatabaseSync(file)
  database.exec('PRAGMA journal_mode = WAL')
  database.exec(`PRAGMA synchronous = ${options.synchronous ?? 'FULL'}`)
  return database
}

/** Name of the driver and version of the SQLite inside, such as `@photostructure/sqlite, SQLite 3.51.0`. */
export function describeDriver() {
  const database = new driver.DatabaseSync(':memory:')
  const version = database.prepare('SELECT sqlite_version() AS version').get()?.['version']
  database.close()
  return `${driver.name}, SQLite ${String(version)}`
}
