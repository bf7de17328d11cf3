import { RotaError, type RotaErrorCode } from '../../model/errors.js'
import type { ErrorClass } from '../../port/capabilities.js'

/** Classes of SQLSTATE, its first two characters (postgresql.org/docs/current/errcodes-appendix.html). */
const CLASSES: ReadonlyMap<string, ErrorClass> = new Map([
  ['08', 'transient'], // connection exception
  ['22', 'mistake'], // data exception
  ['23', 'mistake'], // integrity constraint violation
  ['25', 'transient'], // invalid transaction state: a server that became read-only, or a session that idled too long
  ['28', 'mistake'], // invalid authorization
  ['3D', 'mistake'], // no such database
  ['3F', 'mistake'], // no such schema
  ['40', 'transient'], // transaction rollback: serialization failure, deadlock
  ['42', 'mistake'], // syntax error or access rule violation
  ['53', 'transient'], // insufficient resources
  ['55', 'transient'], // object not in prerequisite state: lock time-out
  ['57', 'transient'], // operator intervention: shutdown, crash, start-up, cancel
  ['58', 'corrupt'], // system error: I/O
  ['XX', 'corrupt'], // internal error, data corrupted
])

/** Codes that mean something else than their class. */
const CODES: ReadonlyMap<string, ErrorClass> = new Map([
  ['25P02', 'mistake'], // a transaction of the user that has failed already
  ['53100', 'full'], // disk full
  ['XX000', 'unknown'],
  ['ECONNREFUSED', 'transient'],
  ['ECONNRESET', 'transient'],
  ['EPIPE', 'transient'],
  ['ECONNABORTED', 'transient'],
  ['EADDRNOTAVAIL', 'transient'],
  ['EHOSTDOWN', 'transient'],
  ['ENETDOWN', 'transient'],
  ['ETIMEDOUT', 'transient'],
  ['EHOSTUNREACH', 'transient'],
  ['ENETUNREACH', 'transient'],
  ['EAI_AGAIN', 'transient'],
  ['ENOENT', 'transient'], // the socket of a server that is not up
  ['ENOTFOUND', 'mistake'],
  ['EMFILE', 'transient'],
  ['ENFILE', 'transient'],
])

const OURS: Partial<Readonly<Record<RotaErrorCode, ErrorClass>>> = {
  BACKEND_UNAVAILABLE: 'transient',
  BUSY: 'transient',
  CALL_TIMEOUT: 'transient',
  STORE_FULL: 'full',
  STORE_CORRUPT: 'corrupt',
}

/** Raised by our own functions: a new job waits for one that is not on record. */
export const PARENT_UNKNOWN = 'RT001'

/** Sorts an error by its code. */
export function classify(error: unknown): ErrorClass {
  if (RotaError.is(error)) return OURS[error.code] ?? 'mistake'
  if (error instanceof TypeError) return 'mistake'
  const code = codeOf(error)
  const known = CODES.get(code) ?? (isSqlState(code) ? CLASSES.get(code.slice(0, 2)) : undefined)
  // Errors of `pg` itself have no code: all of them mean that the connection is gone.
  return known ?? (code === '' && error instanceof Error ? 'transient' : 'unknown')
}

/** True when the server has undone the whole statement for another caller's sake: the same one may work at once. */
export function isRolledBack(error: unknown): boolean {
  return ['40001', '40P01', '55P03'].includes(codeOf(error))
}

/** True when it was undone because of a lock that somebody else holds. */
export function meetsLock(error: unknown): boolean {
  return codeOf(error) === '55P03'
}

/** True when nothing is known of the connection that the error came by. */
export function losesConnection(error: unknown): boolean {
  const code = codeOf(error)
  return !isSqlState(code) || code.startsWith('57') || code.startsWith('08')
}

/**
 * True when the connection was lost under the statement: nobody knows whether it has had its effect. Only what can be repeated without
 * a difference may be sent again.
 */
export function isLost(error: unknown): boolean {
  return classify(error) === 'transient' && losesConnection(error) && codeOf(error) !== '57014'
}

/** True when the schema is not there, or not all of it: somebody removes it, or makes it anew. */
export function isMissing(error: unknown): boolean {
  return ['3F000', '42P01', '42883'].includes(codeOf(error))
}

/** A connection on which a statement was sent, and the server does not know of it. */
export function connectionLostError(): RotaError {
  const message = 'a connection to PostgreSQL was lost without a word: the server is not at work on what was asked'
  return new RotaError('BACKEND_UNAVAILABLE', message)
}

/** The error as callers see it. `where` is what people know the store by, without a password. */
export function toRotaError(error: unknown, where: string): unknown {
  if (RotaError.is(error) || error instanceof TypeError) return error
  if (codeOf(error) === PARENT_UNKNOWN) return parentUnknown(error)
  const kind = classify(error)
  const [code, advice] = ADVICE[kind] ?? []
  if (code === undefined || advice === undefined) return error
  const sqlState = codeOf(error)
  const message = `the PostgreSQL store ${where} ${advice}${sqlState === '' ? '' : ` (${sqlState})`}`
  return new RotaError(isRolledBack(error) ? 'BUSY' : code, message, { facts: { where, sqlState }, cause: error })
}

export function callTimeoutError(where: string, timeoutMs: number): RotaError {
  const message = `a call of the PostgreSQL store ${where} took longer than ${timeoutMs} ms; it may or may not have had its effect`
  return new RotaError('CALL_TIMEOUT', message, { facts: { where, timeoutMs } })
}

export function keyHeldError(where: string): RotaError {
  const message = `the PostgreSQL store ${where} has stored nothing: a transaction that is open holds a unique key of these jobs`
  return new RotaError('BUSY', message, { facts: { where } })
}

export function closedError(where: string, wasOpen: boolean): RotaError {
  const what = wasOpen ? 'was closed; make no calls after close()' : 'is not open: call open() first'
  return new RotaError('BACKEND_CLOSED', `the PostgreSQL store ${where} ${what}`, { facts: { where } })
}

const ADVICE: Partial<Readonly<Record<ErrorClass, readonly [RotaErrorCode, string]>>> = {
  transient: ['BACKEND_UNAVAILABLE', 'cannot be reached or cannot work now; the same call may work soon'],
  full: ['STORE_FULL', 'has no space left; make room on the disk of the server'],
  corrupt: ['STORE_CORRUPT', 'reports that its files cannot be read or written; look at the log of the server'],
}

function parentUnknown(error: unknown): RotaError {
  const facts = JSON.parse((error as { detail?: string }).detail ?? '{}') as { id: string; parent: string }
  const message = `job "${facts.id}" waits for job "${facts.parent}", which is not on record; enqueue parents first, or in the same call before their children`
  return new RotaError('PARENT_UNKNOWN', message, { facts })
}

/** No class begins with E: those are errors of the network, and EPIPE would look like one of the server. */
function isSqlState(code: string): boolean {
  return /^[0-9A-DF-Z][0-9A-Z]{4}$/.test(code)
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : ''
}
