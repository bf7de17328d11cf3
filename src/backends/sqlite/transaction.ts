import type { EpochMs } from '../../model/units.js'
import { Changes, HINT } from './changes.js'
import { readyArrivals, tooManyArrivals } from './arrivals.js'
import { type Kind, Kinds } from './kinds.js'
import type { Session } from './session.js'
import { SHIFT_LEASES } from './statements/leases.js'
import { INSERT_KIND, KIND_BY_ID, KIND_BY_NAME } from './statements/kinds.js'
import { SHIFT_LOCKS } from './statements/locks.js'
import { addCounters, APPEND_EVENT, COUNTERS_PER_UPSERT, READ_STATE, WRITE_STATE } from './statements/state.js'

/** A clock that differs by less was read by another process a moment ago; more is a clock that was set back. */
const STEP_BACK_MS = 1000

/** The row of `state`, as this transaction will leave it. */
interface State {
  nextSeq: number
  nextEvent: number
  commits: number
  settingsRevision: number
  nextVersion: number
  clockAt: EpochMs
  leaseEnd: EpochMs | null
  readyThrough: number
}

/** One write transaction, ours or a user's: its instant, the numbers it gives out, and what it changes beside its own rows. */
export class Transaction {
  readonly session: Session
  /** The instant of everything that happens here: read after the lock was taken, so that commits and their instants agree. */
  readonly now: EpochMs
  readonly state: State
  readonly changes = new Changes()
  /** The number of the last commit when this transaction began. */
  readonly commitBefore: number
  readonly #committed: Kinds
  readonly #kinds = new Kinds()
  #stateTouched = false
  #settingsChanged = false
  #lastCommit: number

  constructor(session: Session, now: EpochMs, committed: Kinds) {
    this.session = session
    this.now = now
    this.#committed = committed
    const row = session.get(READ_STATE)
    if (row === undefined) throw new Error('the row of table "state" is missing: the file has been changed by hand')
    const [nextSeq, nextEvent, commits, settingsRevision, nextVersion, clockAt, leaseEnd, readyThrough] = row
    const known = { settingsRevision, nextVersion, clockAt, leaseEnd, readyThrough }
    this.state = { nextSeq, nextEvent, commits: commits + 1, ...known }
    this.commitBefore = this.#lastCommit = commits
    this.#followClock()
  }

  /**
   * Leases and locks move with a clock that is set back, so that none lives longer than was promised (reliability.md, Z20).
   * What waits for an instant of the wall clock stays.
   */
  #followClock(): void {
    const { session, state, now } = this
    const back = state.clockAt - now
    if (back > -STEP_BACK_MS && back <= STEP_BACK_MS) return
    // Ahead by this much the clock is noted, so that a step back from here will be seen.
    this.touchState()
    if (back < 0) return
    session.run(SHIFT_LEASES, back)
    session.run(SHIFT_LOCKS, back)
    if (state.leaseEnd !== null) state.leaseEnd -= back
  }

  /** The first of `n` numbers for new jobs. */
  takeSeqs(n: number): number {
    const first = this.state.nextSeq
    this.state.nextSeq += n
    this.touchState()
    return first
  }

  /** Gives the arrivals their places, so that every job before number `end` is found in its own; see arrivals.ts. */
  readyArrivals(end = this.state.nextSeq): void {
    if (readyArrivals(this.session, this.state, end)) this.touchState()
  }

  /** Says that number `seq`, the first behind those that are ready, is no arrival: it was put elsewhere. */
  passArrival(seq: number): void {
    this.state.readyThrough = seq
  }

  /** A number that no other write of a schedule has. */
  takeVersion(): number {
    this.touchState()
    return this.state.nextVersion++
  }

  /** Says that the row of `state` has to be written even when nothing else is. */
  touchState(): void {
    this.#stateTouched = true
  }

  /** No lease that is out ends before this instant. */
  lowerLeaseEnd(end: EpochMs): void {
    const { state } = this
    if (state.leaseEnd === null || end < state.leaseEnd) state.leaseEnd = end
    this.touchState()
  }

  /** True when this transaction changes the settings revision. */
  get settingsChanged(): boolean {
    return this.#settingsChanged
  }

  changeSettings(): void {
    this.#changeRevision(HINT.settings)
  }

  /** Those who watch all schedules are to list them again. */
  changeSchedules(): void {
    this.#changeRevision(HINT.schedules)
  }

  #changeRevision(hint: number): void {
    this.#settingsChanged = true
    this.state.settingsRevision += 1
    this.changes.hint(hint)
    this.touchState()
  }

  /** How far a counter will move when this transaction commits. */
  pendingCount(slot: number): number {
    return this.changes.counters.get(slot)?.count ?? 0
  }

  /** True when this transaction will write one of these counters. */
  hasPendingCounts(first: number, last: number): boolean {
    return [...this.changes.counters.keys()].some((slot) => slot >= first && slot <= last)
  }

  intern(queue: string, task: string): Kind {
    const known = this.#committed.find(queue, task) ?? this.#kinds.find(queue, task)
    if (known !== undefined) return known
    this.session.run(INSERT_KIND, queue, task)
    const row = this.session.get(KIND_BY_NAME, queue, task)
    if (row === undefined) throw new Error(`the kind of queue "${queue}" and task "${task}" was not stored`)
    return this.#kinds.add({ id: row[0], queue, task })
  }

  kind(id: number): Kind {
    const known = this.#committed.get(id) ?? this.#kinds.get(id)
    if (known !== undefined) return known
    const row = this.session.get(KIND_BY_ID, id)
    if (row === undefined) throw new Error(`kind ${id} is on no record: the file has been changed by hand`)
    return this.#kinds.add({ id, queue: row[0], task: row[1] })
  }

  /** The number of the last commit when this transaction has been committed: one that changed nothing has none of its own. */
  get lastCommit(): number {
    return this.#lastCommit
  }

  /** Writes counters, events and the row of `state`; the last thing before the commit. */
  flush(): void {
    const { session, changes, state, now } = this
    if (tooManyArrivals(state)) this.readyArrivals()
    this.#writeCounters()
    for (const { state: entered, jobs } of changes.events) {
      session.run(APPEND_EVENT, state.nextEvent++, now, entered, `[${jobs.join(',')}]`)
    }
    if (!this.#stateTouched && changes.events.length === 0) return
    this.#lastCommit = state.commits
    session.run(
      WRITE_STATE,
      state.nextSeq,
      state.nextEvent,
      state.commits,
      state.settingsRevision,
      state.nextVersion,
      now,
      state.leaseEnd,
      state.readyThrough,
    )
  }

  #writeCounters(): void {
    const counters = [...this.changes.counters].filter(([, { count, total }]) => count !== 0 || total !== 0)
    for (let at = 0; at < counters.length; at += COUNTERS_PER_UPSERT) {
      const some = counters.slice(at, at + COUNTERS_PER_UPSERT)
      this.session.run(addCounters(some.length), ...some.flatMap(([slot, { count, total }]) => [slot, count, total]))
    }
  }

  /** After the commit: what was new is known from now on. */
  publishKinds(): void {
    this.#committed.addAll(this.#kinds)
  }
}
