import { RotaError } from '../../model/errors.js'
import type { SqliteTx } from './client-types.js'
import { busyError, isBusy, isStaleSnapshot } from './errors.js'
import type { Kinds } from './kinds.js'
import type { ResolvedOptions } from './options.js'
import { type Session, sessionOf } from './session.js'
import { RELEASE, ROLLBACK_TO, SAVEPOINT } from './statements/state.js'
import { Transaction } from './transaction.js'

/** A pause between attempts to get the lock for a user's transaction that has only read until now. */
const RETRY_MS = 3

/** What ran inside a user's transaction, and what will have changed when that is committed. */
export interface RanInside<T> {
  readonly result: T
  readonly tx: Transaction
}

/**
 * Runs `work` inside the transaction that a user has begun on a handle: whole, or not at all and the transaction goes on.
 * The lock of the file is the user's from here on, until the transaction ends.
 */
export async function runInside<T>(
  handle: SqliteTx,
  { clock, random, file, busyTimeoutMs }: ResolvedOptions,
  kinds: Kinds,
  signal: AbortSignal | undefined,
  work: (tx: Transaction) => T,
): Promise<RanInside<T>> {
  if (handle.isTransaction === false) {
    throw new TypeError(
      'tx: expected a handle on which a transaction was begun, got one without: call tx.exec("BEGIN IMMEDIATE") first',
    )
  }
  const session = sessionOf(handle)
  const since = clock.monotonic()
  for (;;) {
    try {
      return undoable(session, () => {
        const tx = new Transaction(session, clock.now(), kinds)
        const result = work(tx)
        tx.flush()
        return { result, tx }
      })
    } catch (error) {
      if (isStaleSnapshot(error)) throw staleSnapshotError(file, error)
      if (!isBusy(error)) throw error
      const waitedMs = clock.monotonic() - since
      if (waitedMs >= busyTimeoutMs) throw busyError(file, waitedMs, error)
      await clock.sleep(RETRY_MS * (0.5 + random.next()), signal)
    }
  }
}

function undoable<T>(session: Session, work: () => T): T {
  session.run(SAVEPOINT)
  try {
    const result = work()
    session.run(RELEASE)
    return result
  } catch (error) {
    session.run(ROLLBACK_TO)
    session.run(RELEASE)
    throw error
  }
}

function staleSnapshotError(file: string, cause: unknown): RotaError {
  return new RotaError(
    'BUSY',
    `your transaction on SQLite file "${file}" began before another connection committed; roll it back and begin again, with BEGIN IMMEDIATE`,
    { facts: { file }, cause },
  )
}
