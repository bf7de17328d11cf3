import { RotaError } from '../../model/errors.js'
import type { Call } from '../../port/call.js'
import type { Changes } from './changes.js'
import { Checkpoints } from './checkpoints.js'
import type { SqliteDatabase, SqliteTx } from './client-types.js'
import { connect } from './connect.js'
import { busyError, isBusy, toRotaError } from './errors.js'
import { type Kind, Kinds } from './kinds.js'
import type { ResolvedOptions } from './options.js'
import { Session } from './session.js'
import { ALL_KINDS, KIND_BY_ID } from './statements/kinds.js'
import { BEGIN_READ, COMMIT, READ_STATE } from './statements/state.js'
import type { Transaction } from './transaction.js'
import { UserCommits } from './user-commits.js'
import { runInside } from './user-transaction.js'
import { WriteQueue } from './write-queue.js'

/** A pause between attempts to read a file whose log is being set up. */
const READ_RETRY_MS = 5

/** What is there while the file is open. */
interface Open {
  readonly database: SqliteDatabase
  readonly session: Session
  readonly queue: WriteQueue
  readonly userCommits: UserCommits
  readonly checkpoints: Checkpoints
}

/** Who hears of what happens to the file. */
interface Listeners {
  /** Told before jobs of these queues that are due at once are stored; false when nobody hears it. */
  readonly announce: (queuesOf: () => ReadonlySet<string>) => boolean
  /** Told after each commit what it changed. */
  readonly committed: (changes: Changes) => void
}

/** The way of every role to the file: opens it, lets calls in, and lets go of it. */
export class Store {
  readonly options: ResolvedOptions
  readonly #kinds = new Kinds()
  readonly #openHandle: (file: string) => Promise<SqliteDatabase>
  readonly #committed: Listeners['committed']
  readonly #announce: Listeners['announce']
  #opening: Promise<void> | undefined
  #open: Open | undefined
  #closing: Promise<void> | undefined

  constructor(
    options: ResolvedOptions,
    openHandle: (file: string) => Promise<SqliteDatabase>,
    { announce, committed }: Listeners,
  ) {
    this.options = options
    this.#openHandle = openHandle
    this.#committed = committed
    this.#announce = announce
  }

  async open(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (this.#closing !== undefined) throw this.#closedError()
    this.#opening ??= this.#connect(signal)
    try {
      await this.#opening
    } catch (error) {
      this.#opening = undefined
      throw error
    }
  }

  /** Runs `work` in a write transaction and resolves with what it returned once that is durable. */
  async write<T>({ signal }: Call, work: (tx: Transaction) => T): Promise<T> {
    return this.#admit(signal).queue.write(signal, 'durable', (tx) => afterArrivals(tx, work))
  }

  /**
   * As `write`, for what only adds jobs and need not find others in their places. Workers of this process hear of it before it
   * is done, so that their claim shares its commit: an idle job waits for one transaction instead of two.
   */
  async append<T>({ signal }: Call, queuesOf: () => ReadonlySet<string>, work: (tx: Transaction) => T): Promise<T> {
    return this.#admit(signal).queue.write(signal, 'durable', work, () => this.#announce(queuesOf))
  }

  /** As `write`, for what need not survive power loss; see `Durability`. */
  async writeVolatile<T>({ signal }: Call, work: (tx: Transaction) => T): Promise<T> {
    return this.#admit(signal).queue.write(signal, 'volatile', (tx) => afterArrivals(tx, work))
  }

  /** Runs `work` inside the transaction that the user has begun: whole or not at all, and final when the user commits. */
  async writeIn<T>({ signal }: Call, handle: SqliteTx, work: (tx: Transaction) => T): Promise<T> {
    const { userCommits } = this.#admit(signal)
    try {
      const { result, tx } = await runInside(handle, this.options, this.#kinds, signal, (tx) => afterArrivals(tx, work))
      userCommits.await(handle, tx.state.commits, tx.changes)
      return result
    } catch (error) {
      throw toRotaError(error, this.options.file)
    }
  }

  /** Runs `work`, which reads one state of the file, whatever others write meanwhile. */
  async read<T>({ signal }: Call, work: (session: Session) => T): Promise<T> {
    const { clock, file, busyTimeoutMs } = this.options
    const since = clock.monotonic()
    for (;;) {
      try {
        return readOnce(this.#admit(signal).session, work)
      } catch (error) {
        const waitedMs = clock.monotonic() - since
        // Readers wait for nobody but a connection that sets up or takes down the log.
        if (!isBusy(error)) throw toRotaError(error, file)
        if (waitedMs >= busyTimeoutMs) throw busyError(file, waitedMs, error)
        await clock.sleep(READ_RETRY_MS, signal)
      }
    }
  }

  /** The kind of a row that was read outside a write. */
  kind(session: Session, id: number): Kind {
    const known = this.#kinds.get(id)
    if (known !== undefined) return known
    const row = session.get(KIND_BY_ID, id)
    if (row === undefined) throw new Error(`kind ${id} is on no record: the file has been changed by hand`)
    return this.#kinds.add({ id, queue: row[0], task: row[1] })
  }

  /** Lets the calls that are under way end, then lets go of the file. */
  async close(): Promise<void> {
    this.#closing ??= this.#disconnect()
    await this.#closing
  }

  async #connect(signal: AbortSignal | undefined): Promise<void> {
    const { options } = this
    const database = await connect(options, this.#openHandle, signal)
    try {
      this.#open = this.#start(database)
    } catch (error) {
      database.close()
      throw toRotaError(error, options.file)
    }
  }

  #start(database: SqliteDatabase): Open {
    const { options } = this
    const session = new Session(database)
    for (const [id, queue, task] of session.all(ALL_KINDS)) this.#kinds.add({ id, queue, task })
    const checkpoints = new Checkpoints(options.clock, session)
    const committed = (changes: Changes): void => {
      this.#committed(changes)
      checkpoints.wrote(changes)
    }
    const queue = new WriteQueue({ ...options, session, kinds: this.#kinds, committed })
    const userCommits = new UserCommits({
      clock: options.clock,
      lastCommit: () => session.get(READ_STATE)?.[2] ?? 0,
      committed: this.#committed,
    })
    return { database, session, queue, userCommits, checkpoints }
  }

  async #disconnect(): Promise<void> {
    await this.#opening?.catch(() => undefined)
    const open = this.#open
    if (open === undefined) return
    await open.queue.drained()
    open.userCommits.close()
    open.checkpoints.close()
    this.#open = undefined
    open.database.close()
  }

  #admit(signal: AbortSignal | undefined): Open {
    signal?.throwIfAborted()
    if (this.#open === undefined || this.#closing !== undefined) throw this.#closedError()
    return this.#open
  }

  #closedError(): RotaError {
    const what =
      this.#closing === undefined ? 'is not open: call open() first' : 'was closed; make no calls after close()'
    return new RotaError('BACKEND_CLOSED', `the SQLite store "${this.options.file}" ${what}`, {
      facts: { file: this.options.file },
    })
  }
}

function afterArrivals<T>(tx: Transaction, work: (tx: Transaction) => T): T {
  tx.readyArrivals()
  return work(tx)
}

function readOnce<T>(session: Session, work: (session: Session) => T): T {
  try {
    session.run(BEGIN_READ)
    const result = work(session)
    session.run(COMMIT)
    return result
  } catch (error) {
    session.rollback()
    throw error
  }
}
