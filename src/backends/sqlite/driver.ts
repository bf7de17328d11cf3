import { RotaError } from '../../model/errors.js'
import type { SqliteDatabase, SqliteDriver } from './client-types.js'

/** Built into Node from 22.13 on; the other has the same interface and carries its binaries with it. */
const DRIVERS = ['node:sqlite', '@photostructure/sqlite'] as const

/** Codes of an `import()` that found nothing, and not of a module that broke while loading. */
const MISSING = new Set(['ERR_UNKNOWN_BUILTIN_MODULE', 'ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'])

let loading: Promise<SqliteDriver> | undefined

/** Opens a file with the best driver that is there. Rejects with `BACKEND_MISSING`, saying what to install, when there is none. */
export async function openDatabase(file: string): Promise<SqliteDatabase> {
  loading ??= loadDriver()
  const Driver = await loading
  return new Driver(file)
}

async function loadDriver(): Promise<SqliteDriver> {
  for (const name of DRIVERS) {
    const module = await importIfThere(name)
    if (module !== null) return module.DatabaseSync
  }
  throw new RotaError(
    'BACKEND_MISSING',
    `no SQLite driver: Node ${process.versions.node} has none built in (22.13 and later do); run "npm install @photostructure/sqlite"`,
    { facts: { node: process.versions.node, install: '@photostructure/sqlite' } },
  )
}

async function importIfThere(name: string): Promise<{ readonly DatabaseSync: SqliteDriver } | null> {
  try {
    return (await import(name)) as { DatabaseSync: SqliteDriver }
  } catch (error) {
    if (MISSING.has((error as { code?: string }).code ?? '')) return null
    throw error
  }
}
