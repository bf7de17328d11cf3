import { RotaError } from '../../../model/errors.js'
import type { SqliteHandle } from '../client-types.js'
import { SCHEMA_1 } from './schema-1.js'

/** Step *i* brings a file from version *i* to *i + 1*. Published steps never change; a new schema is a new step. */
const STEPS: readonly string[] = [SCHEMA_1]

/** Tells our files from other SQLite files ("rota" in ASCII; sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x726f7461

/** The schema that this program writes. */
export const SCHEMA_VERSION = STEPS.length

/**
 * Brings the file up to date in one transaction, or refuses one that a newer program has written with `SCHEMA_NEWER`.
 * Any number of processes may do this at one time: whoever gets the lock first does the work, the others find it done.
 * Throws the driver's BUSY error when another connection has the lock.
 */
export function migrate(handle: SqliteHandle, file: string): void {
  if (checkVersion(handle, file) === SCHEMA_VERSION) return
  handle.exec('BEGIN IMMEDIATE')
  try {
    for (const step of STEPS.slice(checkVersion(handle, file))) handle.exec(step)
    handle.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`)
    handle.exec('COMMIT')
  } catch (error) {
    handle.exec('ROLLBACK')
    throw error
  }
}

function checkVersion(handle: SqliteHandle, file: string): number {
  const version = pragma(handle, 'user_version')
  const application = pragma(handle, 'application_id')
  if (application !== 0 && application !== APPLICATION_ID) {
    throw new TypeError(
      `SQLite file "${file}" belongs to another program: expected application_id ${APPLICATION_ID}, got ${application}`,
    )
  }
  if (version <= SCHEMA_VERSION) return version
  throw new RotaError(
    'SCHEMA_NEWER',
    `SQLite file "${file}" has schema ${version}, this program knows ${SCHEMA_VERSION}; upgrade rota`,
    { facts: { file, found: version, known: SCHEMA_VERSION } },
  )
}

function pragma(handle: SqliteHandle, name: 'user_version' | 'application_id'): number {
  const [row] = handle.prepare(`PRAGMA ${name}`).all() as Record<string, number | bigint>[]
  return Number(row?.[name])
}
