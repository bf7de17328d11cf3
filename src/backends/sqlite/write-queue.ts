import type { Clock, Random } from '../../model/clock.js'
import { RotaError } from '../../model/errors.js'
import type { DurationMs } from '../../model/units.js'
import { Changes } from './changes.js'
import { busyError, isBusy, toRotaError } from './errors.js'
import type { Kinds } from './kinds.js'
import type { Session } from './session.js'
import { BEGIN, COMMIT } from './statements/state.js'
import { Transaction } from './transaction.js'

/**
 * How long one transaction takes in calls before it commits. A call is at most some 5 ms of work (limits.ts), so that the event
 * loop is held for less than 10 ms plus a commit, and other processes get their turn.
 */
const GROUP_MS = 3

/**
 * Pauses between attempts to get the lock: with jitter, so that waiters of several processes do not march in step, and short,
 * because whoever waits longer than the others is passed by them again and again. An attempt costs some 10 microseconds.
 */
const RETRY_MS_MIN = 1
const RETRY_MS_MAX = 4

/**
 * A connection that has written is taken to go on for so long; meanwhile this one leaves the lock alone after each turn, for
 * this share of the turn. Four busy processes without a rest: p99 of a call 120 ms, longest 310; with it 45 and 110.
 */
const OTHERS_MS = 100
const REST_SHARE = 0.5

/**
 * Whether a write must survive power loss before its caller is answered. `volatile` ones, such as a lease, mean nothing once every
 * process is gone: their jobs are pending again. They skip the sync of the disk, which is half of the time from an idle
 * enqueue to its handler; the next durable commit syncs them too, so that the file is always some state that was.
 */
export type Durability = 'durable' | 'volatile'

interface Waiting {
  readonly work: (tx: Transaction) => unknown
  readonly signal: AbortSignal | undefined
  readonly durability: Durability
  readonly since: number
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}

interface Done {
  readonly call: Waiting
  readonly value: unknown
}

interface Parts {
  readonly file: string
  readonly session: Session
  readonly kinds: Kinds
  readonly clock: Clock
  readonly random: Random
  readonly busyTimeoutMs: DurationMs
  readonly durability: 'full' | 'normal'
  /** Told after each commit what it changed. */
  readonly committed: (changes: Changes) => void
}

/**
 * All writes of one process to one file, one transaction at a time, so that they never fight each other for the lock.
 *
 * Calls of one turn of the event loop share a commit; when one of them fails, all are undone and go one by one (law 17): a savepoint
 * for each would cost every call 10 % of its time, because SQLite copies each page that changes behind one. A lock that another process holds is asked for again from a timer, never waited for in place:
 * SQLite's own busy handler sleeps in the main thread (5 s of it froze event loops for 2.9 s; asking again cost nothing).
 */
export class WriteQueue {
  readonly #parts: Parts
  #waiting: Waiting[] = []
  #turn: 'none' | 'coming' | 'retrying' = 'none'
  #alone = 0
  #retries = 0
  #idle: (() => void)[] = []
  #lastCommit: number | undefined
  #othersUntil = 0
  #restUntil = 0
  #syncs: boolean

  constructor(parts: Parts) {
    this.#parts = parts
    this.#syncs = parts.durability === 'full'
  }

  /**
   * Runs `work` in a transaction and resolves with what it returned, once that is committed and, where asked for, durable.
   * `announce` tells others of it ahead; true when their claims are worth a moment's wait.
   */
  write<T>(
    signal: AbortSignal | undefined,
    durability: Durability,
    work: (tx: Transaction) => T,
    announce?: () => boolean,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason)
        return
      }
      const since = this.#parts.clock.monotonic()
      this.#waiting.push({ work, signal, durability, since, resolve: resolve as (value: unknown) => void, reject })
      const awaitsClaims = announce?.() ?? false
      if (this.#turn === 'none') this.#comeBack(awaitsClaims)
    })
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    if (this.#waiting.length === 0) return
    await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  /**
   * In a microtask: whoever calls in this turn is in the same commit, and nobody waits for a timer; unless other processes
   * write too and this one has just had the lock. After `awaitsClaims` one turn of the event loop later, so that the claims
   * of workers who were told what comes join in.
   */
  #comeBack(awaitsClaims = false): void {
    const { clock } = this.#parts
    const rest = this.#restUntil === 0 ? 0 : this.#restUntil - clock.monotonic()
    this.#turn = 'coming'
    const tick = (): void => this.#tick()
    if (rest > 0) void clock.sleep(rest).then(tick)
    else if (awaitsClaims) clock.defer(tick)
    else void Promise.resolve().then(tick)
  }

  #tick(): void {
    this.#turn = 'none'
    this.#dropAborted()
    if (this.#waiting.length > 0) this.#commitGroup()
    if (this.#waiting.length === 0) {
      for (const resolve of this.#idle.splice(0)) resolve()
    } else if (this.#turn === 'none') {
      this.#turn = 'coming'
      this.#parts.clock.defer(() => {
        this.#comeBack()
      })
    }
  }

  /** Leaves the lock to others for a while when one of them has written since: whoever has it would get it again and again. */
  #rest(tx: Transaction, beganAt: number): void {
    const now = this.#parts.clock.monotonic()
    if (this.#lastCommit !== undefined && this.#lastCommit !== tx.commitBefore) this.#othersUntil = now + OTHERS_MS
    this.#lastCommit = tx.lastCommit
    this.#restUntil = now < this.#othersUntil ? now + (now - beganAt) * REST_SHARE : 0
  }

  #dropAborted(): void {
    if (!this.#waiting.some(({ signal }) => signal?.aborted === true)) return
    const [gone, left] = [this.#waiting.filter(isAborted), this.#waiting.filter((call) => !isAborted(call))]
    this.#waiting = left
    for (const call of gone) call.reject(call.signal?.reason)
  }

  #commitGroup(): void {
    const { session, clock } = this.#parts
    const beganAt = clock.monotonic()
    try {
      this.#chooseSync()
      session.run(BEGIN)
    } catch (error) {
      this.#beginFailed(error)
      return
    }
    this.#retries = 0
    const taken: Waiting[] = []
    try {
      const tx = new Transaction(session, clock.now(), this.#parts.kinds)
      const done = this.#runCalls(tx, taken)
      tx.flush()
      session.run(COMMIT)
      if (this.#alone > 0) this.#alone--
      this.#rest(tx, beganAt)
      tx.publishKinds()
      this.#parts.committed(tx.changes)
      for (const { call, value } of done) call.resolve(value)
    } catch (error) {
      session.rollback()
      this.#groupFailed(taken, error)
    }
  }

  /** The whole group is durable when one of its calls has to be. Between transactions only: inside one SQLite refuses it. */
  #chooseSync(): void {
    if (this.#parts.durability === 'normal') return
    const syncs = this.#waiting.some(({ durability }) => durability === 'durable')
    if (syncs === this.#syncs) return
    this.#parts.session.exec(syncs ? 'PRAGMA synchronous = FULL' : 'PRAGMA synchronous = NORMAL')
    this.#syncs = syncs
  }

  #runCalls(tx: Transaction, taken: Waiting[]): Done[] {
    const { clock } = this.#parts
    const done: Done[] = []
    const until = clock.monotonic() + GROUP_MS
    do {
      const call = this.#waiting.shift()
      if (call === undefined) break
      taken.push(call)
      done.push({ call, value: call.work(tx) })
    } while (this.#alone === 0 && clock.monotonic() < until)
    return done
  }

  /** Law 17: a group that failed, for whatever reason, is tried again call by call, so that each gets the answer to its own. */
  #groupFailed(taken: readonly Waiting[], error: unknown): void {
    if (this.#alone > 0) this.#alone--
    if (taken.length === 1) {
      taken[0]?.reject(this.#tell(error))
    } else {
      this.#alone = taken.length
      this.#waiting.unshift(...taken)
    }
  }

  #beginFailed(error: unknown): void {
    const { session, clock, random, busyTimeoutMs, file } = this.#parts
    if (!isBusy(error)) {
      session.rollback()
      for (const call of this.#waiting.splice(0)) call.reject(this.#tell(error))
      return
    }
    const now = clock.monotonic()
    const late = this.#waiting.filter(({ since }) => now - since >= busyTimeoutMs)
    if (late.length > 0) this.#waiting = this.#waiting.filter((call) => !late.includes(call))
    for (const call of late) call.reject(busyError(file, now - call.since, error))
    if (this.#waiting.length === 0) return
    this.#turn = 'retrying'
    const longest = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(this.#retries++, 2))
    void clock.sleep(RETRY_MS_MIN + random.next() * longest).then(() => {
      this.#tick()
    })
  }

  #tell(error: unknown): unknown {
    return RotaError.is(error) ? error : toRotaError(error, this.#parts.file)
  }
}

function isAborted({ signal }: Waiting): boolean {
  return signal?.aborted === true
}
