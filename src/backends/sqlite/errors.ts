import { RotaError, type RotaErrorCode } from '../../model/errors.js'
import type { ErrorClass } from '../../port/capabilities.js'

/** Primary result codes (sqlite.org/rescode.html): the low eight bits of `errcode`. */
const PRIMARY: ReadonlyMap<number, ErrorClass> = new Map([
  [1, 'mistake'], // ERROR
  [5, 'transient'], // BUSY
  [6, 'transient'], // LOCKED
  [7, 'transient'], // NOMEM
  [8, 'mistake'], // READONLY
  [9, 'transient'], // INTERRUPT
  [10, 'corrupt'], // IOERR: the disk does not do what it is told
  [11, 'corrupt'], // CORRUPT
  [13, 'full'], // FULL
  [15, 'transient'], // PROTOCOL
  [17, 'transient'], // SCHEMA
  [18, 'mistake'], // TOOBIG
  [19, 'mistake'], // CONSTRAINT
  [20, 'mistake'], // MISMATCH
  [21, 'mistake'], // MISUSE
  [25, 'mistake'], // RANGE
  [26, 'corrupt'], // NOTADB
])

/** Extended result codes that mean something else than their family. */
const EXTENDED: ReadonlyMap<number, ErrorClass> = new Map([
  [3082, 'transient'], // IOERR_NOMEM
  [3850, 'transient'], // IOERR_LOCK
  [4618, 'full'], // IOERR_SHMOPEN
  [4874, 'full'], // IOERR_SHMSIZE
])

const SYSTEM: ReadonlyMap<string, ErrorClass> = new Map([
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['EMFILE', 'transient'],
  ['ENFILE', 'transient'],
  ['EAGAIN', 'transient'],
  ['EISDIR', 'mistake'],
  ['ENOTDIR', 'mistake'],
  ['EEXIST', 'mistake'],
  ['EACCES', 'mistake'],
  ['EPERM', 'mistake'],
  ['EROFS', 'mistake'],
])

const NOT_WRITABLE = 'name a file in a folder that this process may write to, or give it the right to'
const NO_FOLDER = 'a part of its path is a file: name a file whose folders are folders, or are not there yet'

/** What to do about a path that is no place for a store. */
const PATH_ADVICE: ReadonlyMap<string, string> = new Map([
  ['EISDIR', 'it is a directory: name a file in it, such as "rota.db"'],
  ['ENOTDIR', NO_FOLDER],
  ['EEXIST', NO_FOLDER],
  ['EACCES', NOT_WRITABLE],
  ['EPERM', NOT_WRITABLE],
  ['EROFS', NOT_WRITABLE],
])

const CODES: Readonly<Record<ErrorClass, RotaErrorCode>> = {
  transient: 'BACKEND_UNAVAILABLE',
  full: 'STORE_FULL',
  corrupt: 'STORE_CORRUPT',
  mistake: 'BACKEND_UNAVAILABLE',
  unknown: 'BACKEND_UNAVAILABLE',
}

const OWN: ReadonlyMap<RotaErrorCode, ErrorClass> = new Map([
  ['BUSY', 'transient'],
  ['CALL_TIMEOUT', 'transient'],
  ['BACKEND_UNAVAILABLE', 'transient'],
  ['STORE_FULL', 'full'],
  ['STORE_CORRUPT', 'corrupt'],
])

const ADVICE: Readonly<Record<ErrorClass, string>> = {
  transient: 'try again',
  full: 'free some space; nothing was written, and the same call works when there is room',
  corrupt: 'look at the disk and run "PRAGMA integrity_check"',
  mistake: 'this is a defect of rota or of a hand that changed its tables',
  unknown: 'look at the cause',
}

/** Sorts an error by its codes, its own or those of its cause; never by its text. */
export function classify(error: unknown): ErrorClass {
  if (RotaError.is(error))
    return isOfTheSystem(error.cause) ? classify(error.cause) : (OWN.get(error.code) ?? 'mistake')
  const code = nativeCode(error)
  if (code !== null) return EXTENDED.get(code) ?? PRIMARY.get(code & 255) ?? 'unknown'
  if (error instanceof TypeError) return 'mistake'
  return SYSTEM.get(systemCode(error)) ?? 'unknown'
}

/** True when another connection holds the lock that a statement wanted. */
export function isBusy(error: unknown): boolean {
  const code = nativeCode(error)
  return code !== null && ((code & 255) === 5 || (code & 255) === 6)
}

/** True when a transaction began to read before another one committed: only beginning again helps (SQLITE_BUSY_SNAPSHOT). */
export function isStaleSnapshot(error: unknown): boolean {
  return nativeCode(error) === 517
}

/** True for an error of SQLite itself, whatever driver threw it, and for one of the operating system that is known here. */
function isOfTheSystem(error: unknown): boolean {
  return nativeCode(error) !== null || SYSTEM.has(systemCode(error))
}

/** What a caller is told about a native error; errors of our own, and mistakes of the programmer, pass as they are. */
export function toRotaError(error: unknown, file: string): unknown {
  if (!isOfTheSystem(error)) return error
  const kind = classify(error)
  const said = error instanceof Error ? error.message : String(error)
  return new RotaError(
    CODES[kind],
    `SQLite file "${file}": ${said}; ${PATH_ADVICE.get(systemCode(error)) ?? ADVICE[kind]}`,
    {
      facts: { file, errcode: nativeCode(error) },
      cause: error,
    },
  )
}

/** Another connection kept the lock for the whole of the time that a call may wait. */
export function busyError(file: string, waitedMs: number, cause: unknown): RotaError {
  return new RotaError(
    'BUSY',
    `SQLite file "${file}" was locked by another connection for ${Math.round(waitedMs)} ms; nothing was written, try again, and look for a transaction that stays open`,
    { facts: { file, waitedMs }, cause },
  )
}

function systemCode(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : ''
}

function nativeCode(error: unknown): number | null {
  const code = (error as { errcode?: unknown } | null | undefined)?.errcode
  return typeof code === 'number' ? code : null
}
