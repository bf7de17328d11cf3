import { stopwatch, type Stopwatch } from '../async/stopwatch.js'
import type { Clock } from '../model/clock.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { AcquireOutcome, LockRenewal, LockRequest } from '../port/lock-store.js'
import type { ElectionEvent, SchedulerEvent } from './scheduler-event.js'

/** The lock that the leader holds, as `rota info` shows it. */
export const ELECTION = 'task_scheduler'

/** How long leadership lasts without a renewal, and so how long there may be none after a leader has died. */
export const LEASE_MS: DurationMs = 10_000

/** A third of it. Three renewals end just before a lease would, so a follower that looks when it would end looks every 9.9 s. */
export const RENEW_MS: DurationMs = 3_300

/** For the moment at which a lock lapses: the clock of the store and the timers of this process differ by less. */
const LOOK_MS_MIN: DurationMs = 20

/** What goes with one beat. */
export interface Ask {
  /** Started when it was sent: what is granted counts from there, so that it never seems to last longer than it does. */
  readonly sentFor: Stopwatch
  readonly locks: readonly LockRenewal[]
  readonly acquire: readonly LockRequest[]
}

/** What came of one beat. */
export interface Answer {
  readonly now: EpochMs
  readonly locks: readonly ('renewed' | 'lost')[]
  readonly acquired: readonly AcquireOutcome[]
}

type LossReason = Extract<ElectionEvent, { type: 'lost-leadership' }>['reason']

interface Office {
  readonly term: number
  heldFor: Stopwatch
}

/**
 * Who of all schedulers leads. Leading only saves work: whoever fires, each tick happens once (law 7).
 *
 * | state    | left by                                                 | to       |
 * |----------|---------------------------------------------------------|----------|
 * | follower | the lock is granted: `heard` gives the term             | elect    |
 * | elect    | `takeOffice`, once what is due could be read            | leader   |
 * | leader   | the renewal says lost, or may have come too late        | follower |
 * | leader   | `resign`                                                | aside    |
 * | aside    | `standAgain`                                            | follower |
 *
 * Makes no call itself: `ask` says what to send, `heard` takes the answer.
 */
export class Election {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>
  readonly #holder: string
  readonly #name: string
  readonly #tell: (event: SchedulerEvent) => void
  #office: Office | null = null
  #stands = true

  constructor(parts: {
    readonly clock: Pick<Clock, 'now' | 'monotonic'>
    readonly holder: string
    readonly name: string
    readonly tell: (event: SchedulerEvent) => void
  }) {
    this.#clock = parts.clock
    this.#holder = parts.holder
    this.#name = parts.name
    this.#tell = parts.tell
  }

  /** Whether it leads now. When its lease may have ended it leads no more, whatever the store would say. */
  leads(): boolean {
    if (this.#office !== null && mayHaveLapsed(this.#office.heldFor)) this.#lose('in-doubt')
    return this.#office !== null
  }

  /** How long it leads without another renewal; 0 when it does not. */
  get leaseLeftMs(): DurationMs {
    if (this.#office === null) return 0
    return Math.max(0, LEASE_MS - this.#office.heldFor())
  }

  /** What the next beat asks for. */
  ask(): Ask {
    const lock = { name: ELECTION, holder: this.#holder, ttlMs: LEASE_MS }
    const sentFor = stopwatch(this.#clock)
    if (this.leads() && this.#office !== null) {
      return { sentFor, locks: [{ ...lock, term: this.#office.term }], acquire: [] }
    }
    return { sentFor, locks: [], acquire: this.#stands ? [lock] : [] }
  }

  /** Takes the answer to `ask`. Gives the term for which it is elected; null when it is not, or leads already. */
  heard(ask: Ask, { locks: [renewed], acquired: [outcome] }: Answer): number | null {
    if (renewed === 'lost') this.#lose('lost')
    if (renewed === 'renewed' && this.#office !== null) this.#office.heldFor = ask.sentFor
    return outcome?.status === 'acquired' && !mayHaveLapsed(ask.sentFor) ? outcome.term : null
  }

  /** In how long the next beat is worth it, for one who beats every `beatMs`. */
  nextBeatMs(beatMs: DurationMs, { now, acquired: [outcome] }: Answer): DurationMs {
    if (this.#office !== null) return Math.min(beatMs, RENEW_MS)
    if (outcome?.status !== 'held') return this.#stands ? LOOK_MS_MIN : beatMs
    return Math.min(beatMs, Math.max(LOOK_MS_MIN, outcome.until - now + 1))
  }

  /** Begins to lead, unless that took so long that the lead may have lapsed. */
  takeOffice(ask: Ask, term: number): boolean {
    if (!this.#stands || mayHaveLapsed(ask.sentFor)) return false
    this.#office = { term, heldFor: ask.sentFor }
    this.#tell({ type: 'became-leader', name: this.#name, term })
    return true
  }

  /** Stops to lead, if it does, and does not stand again until `standAgain`. Gives the lock to be released. */
  resign(reason: 'stopped' | 'unfit'): LockRenewal | null {
    this.#stands = false
    const term = this.#office?.term
    if (term === undefined) return null
    this.#lose(reason)
    return this.lockOf(term)
  }

  /** Stands for election again. True when it did not before. */
  standAgain(): boolean {
    const isNews = !this.#stands
    this.#stands = true
    return isNews
  }

  lockOf(term: number): LockRenewal {
    return { name: ELECTION, holder: this.#holder, term, ttlMs: LEASE_MS }
  }

  /** The store did not answer in time: nobody knows what it has done. */
  doubt(): void {
    if (this.#office !== null) this.#lose('in-doubt')
  }

  #lose(reason: LossReason): void {
    if (this.#office === null) return
    const { term } = this.#office
    this.#office = null
    this.#tell({ type: 'lost-leadership', name: this.#name, term, reason })
  }
}

function mayHaveLapsed(heldFor: Stopwatch): boolean {
  return heldFor() >= LEASE_MS
}
