import { onAbort } from '../../async/abortable.js'
import { withDeadline } from '../../async/deadline.js'
import { Deferred } from '../../async/deferred.js'
import { Semaphore } from '../../async/semaphore.js'
import type { Call } from '../../port/call.js'
import type { PgPool, PgQuery, PgTx } from './client-types.js'
import { Connections } from './connections.js'
import { openPool } from './driver.js'
import { callTimeoutError, closedError, isLost, isMissing, isRolledBack, meetsLock, toRotaError } from './errors.js'
import { Kinds, KNOWN_KINDS } from './kinds.js'
import { LaneFloors } from './lane-floors.js'
import { migrate, quoted, readVersion, refuseOther } from './migrations/migrate.js'
import type { ResolvedOptions } from './options.js'
import { isPooled, warnOfPooler } from './pooler.js'
import { PreparedStatements } from './prepared-statements.js'
import { queryIn } from './user-transaction.js'
import { Wakeups } from './wakeups.js'

/** A row as the server writes it. */
export type Row = readonly (string | null)[]

/** The first pause before a statement that the server undid for another caller's sake is sent again; doubled up to the last. */
const RETRY_MS = 5
const RETRY_MS_MAX = 100

/**
 * So many connections at most are spent on statements that have met a lock, such as that of a unique key which an open transaction of
 * a user holds: however many callers wait for one, the pool is there for the others.
 */
const CONTENDERS_MAX = 2

/** How often a statement is sent again whose connection was lost: one that breaks every connection must come to an end. */
const REPEATS_MAX = 3

/** How often in a row a statement may find that its name has become another's: each migration costs one. */
const FORGOTTEN_MAX = 3

/** How a statement is sent. */
export interface Manner {
  /** Also when nobody knows whether it has had its effect already: once more must make no difference. @defaultValue false */
  readonly again?: boolean
  /** One that meets a lock rejects with `BUSY`, having changed nothing; others are sent again until they get it. @defaultValue false */
  readonly impatient?: boolean
  /** Makes the values for when it is sent again after a connection was lost: another server may answer then. @defaultValue the same */
  readonly renew?: () => Promise<readonly unknown[]>
}

export const AGAIN: Manner = Object.freeze({ again: true })
const ONCE: Manner = Object.freeze({})

const RAW = {
  getTypeParser:
    () =>
    (value: string): string =>
      value,
}

/** The way of every role to the server: lets calls in, bounds them in time, and lets go of what was opened. */
export class Store {
  readonly options: ResolvedOptions
  readonly wakeups: Wakeups
  readonly floors: LaneFloors
  readonly kinds = new Kinds((call, text, values) => this.rows(call, text, values, AGAIN))
  /** What people know the store by. */
  readonly where: string
  readonly #schema: string
  readonly #contenders = new Semaphore(CONTENDERS_MAX)
  readonly #prepared = new PreparedStatements()
  #pool: PgPool | undefined
  #connections: Connections | undefined
  #opening: Promise<void> | undefined
  #closing: Promise<void> | undefined
  #running = 0
  #drained: Deferred | undefined

  constructor(options: ResolvedOptions) {
    this.options = options
    this.where = `schema "${options.schema}"`
    this.#schema = quoted(options.schema)
    this.floors = new LaneFloors(options.clock)
    this.wakeups = new Wakeups(
      options,
      (text, values, signal) => this.#run({ signal }, text, values, ONCE),
      () => this.kinds.forget(),
    )
  }

  async open(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (this.#closing !== undefined) throw closedError(this.where, true)
    this.#opening ??= this.#connect(signal)
    try {
      await this.#opening
    } catch (error) {
      this.#opening = undefined
      throw toRotaError(error, this.where)
    }
  }

  /** Runs one statement, in which `{s}` is the schema, and gives its rows. */
  async rows(
    call: Call,
    text: string,
    values: readonly unknown[] = [],
    manner: Manner = ONCE,
  ): Promise<readonly Row[]> {
    this.#admit(call)
    this.#running += 1
    try {
      return await this.#run(call, text, values, manner)
    } finally {
      this.#running -= 1
      if (this.#running === 0) this.#drained?.resolve()
    }
  }

  /** The same for one that changes nothing. */
  async read(call: Call, text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.rows(call, text, values, AGAIN)
  }

  /** The same for a statement that gives one JSON text. */
  async json<T>(call: Call, text: string, values: readonly unknown[] = [], manner: Manner = ONCE): Promise<T> {
    const [row] = await this.rows(call, text, values, manner)
    return JSON.parse(row?.[0] ?? 'null') as T
  }

  /**
   * The same inside the transaction that the user has begun. Nobody else's connection is stopped by an abort. `mayRefuse`: the
   * statement may be refused for what it says, and then the transaction must go on as if it had not been sent.
   */
  async jsonIn<T>(call: Call, tx: PgTx, text: string, values: readonly unknown[], mayRefuse: boolean): Promise<T> {
    this.#admit(call)
    const { clock, callTimeoutMs: lengthMs } = this.options
    const bound = { clock, lengthMs, reason: () => callTimeoutError(this.where, lengthMs) }
    try {
      return await queryIn<T>(tx, { text: this.#named(text), values, mayRefuse }, bound)
    } catch (error) {
      throw toRotaError(error, this.where)
    }
  }

  /** Lets the calls that are under way end, then lets go of the connections. */
  async close(): Promise<void> {
    this.#closing ??= this.#disconnect()
    await this.#closing
  }

  async #connect(signal = new AbortController().signal): Promise<void> {
    const { options, wakeups } = this
    const pool = options.pool ?? (await openPool(options.url ?? ''))
    pool.on('error', this.#poolFailed)
    const connections = new Connections({ pool, clock: options.clock, onSilence: () => this.#doubt() })
    try {
      await this.#prepareSchema(connections, signal)
    } catch (error) {
      await this.#letGo(pool)
      throw error
    }
    this.#pool = pool
    this.#connections = connections
    wakeups.open(connections, pool.options?.max)
    if (connections.isPooled && options.listen === 'unless-pooled') warnOfPooler(this.where)
  }

  async #prepareSchema(connections: Connections, signal: AbortSignal): Promise<void> {
    const { callTimeoutMs: lengthMs, clock, schema } = this.options
    // A migration may take its time; a connection may not, whatever the pool says.
    const bound = { clock, lengthMs, reason: () => callTimeoutError(this.where, lengthMs), signal }
    const client = await withDeadline(bound, async (ended) => connections.lend(ended))
    let isSound = false
    try {
      const queryable = connections.watched(client, signal)
      connections.isPooled = await isPooled(queryable, client)
      if (this.options.migrate) await migrate(queryable, schema)
      else refuseOther(schema, await readVersion(queryable, schema))
      const { rows } = await queryable.query({ text: this.#named(KNOWN_KINDS), rowMode: 'array', types: RAW })
      this.kinds.learn(rows as Row[])
      isSound = true
    } finally {
      client.release(!isSound)
    }
  }

  readonly #poolFailed = (error?: unknown): void => {
    this.kinds.forget()
    this.options.onError(error)
  }

  /** Connections were lost without a word. */
  #doubt(): void {
    this.kinds.forget()
    this.wakeups.doubt()
  }

  async #disconnect(): Promise<void> {
    await this.#opening?.catch(() => undefined)
    if (this.#running > 0) {
      this.#drained = new Deferred()
      await this.#drained.promise
    }
    await this.wakeups.close()
    const pool = this.#pool
    this.#pool = undefined
    this.#connections = undefined
    if (pool !== undefined) await this.#letGo(pool)
  }

  async #letGo(pool: PgPool): Promise<void> {
    if (this.options.pool === null) await pool.end()
    pool.removeListener('error', this.#poolFailed)
  }

  #admit({ signal }: Call): void {
    signal?.throwIfAborted()
    if (this.#connections === undefined || this.#closing !== undefined)
      throw closedError(this.where, this.#closing !== undefined)
  }

  async #run(
    { signal }: Call,
    text: string,
    values: readonly unknown[],
    { again = false, impatient = false, renew }: Manner,
  ): Promise<readonly Row[]> {
    const { clock, callTimeoutMs } = this.options
    const bound = new AbortController()
    const timer = clock.setTimer(clock.now() + callTimeoutMs, () =>
      bound.abort(callTimeoutError(this.where, callTimeoutMs)),
    )
    const stopListening = onAbort(signal, (reason) => bound.abort(reason))
    const full = this.#named(text)
    let contends = false
    let repeats = again ? REPEATS_MAX : 0
    let forgotten = 0
    let isLate = false
    try {
      for (let pauseMs = RETRY_MS; ; pauseMs = Math.min(2 * pauseMs, RETRY_MS_MAX)) {
        const name = this.#nameOf(text, full)
        try {
          const now = isLate && renew !== undefined ? await renew() : values
          return await this.#attempt(
            { name, text: full, values: now, rowMode: 'array', types: RAW },
            bound.signal,
            contends,
          )
        } catch (error) {
          contends = meetsLock(error)
          if (bound.signal.aborted) throw error
          if (name !== undefined && forgotten < FORGOTTEN_MAX && this.#prepared.forget(name, error)) {
            forgotten += 1
            continue
          }
          if (isLost(error) || isMissing(error)) this.kinds.forget()
          if (isLost(error) && repeats > 0) {
            repeats -= 1
            isLate = true
          } else if (!isRolledBack(error) || (contends && impatient)) throw error
        }
        await clock.sleep(pauseMs, bound.signal)
      }
    } catch (error) {
      throw signal?.aborted === true ? signal.reason : toRotaError(error, this.where)
    } finally {
      stopListening()
      timer.cancel()
    }
  }

  /** Sends a statement once; one that has met a lock takes its turn with the others that have. */
  async #attempt(query: PgQuery, signal: AbortSignal, contends: boolean): Promise<readonly Row[]> {
    if (this.#connections === undefined) throw closedError(this.where, true)
    if (!contends) return (await this.#connections.run(query, signal)) as Row[]
    await this.#contenders.acquire(signal)
    try {
      return await this.#attempt(query, signal, false)
    } finally {
      this.#contenders.release()
    }
  }

  /** Behind a pooler the next statement may go to another process of the server, which does not know the name. */
  #nameOf(text: string, full: string): string | undefined {
    return this.#connections?.isPooled === true ? undefined : this.#prepared.nameOf(text, full)
  }

  #named(text: string): string {
    return text.replaceAll('{s}', () => this.#schema)
  }
}
