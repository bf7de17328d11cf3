import { encodeError } from '../codec/encode-error.js'
import type { Clock } from '../model/clock.js'
import { fail } from '../model/lease.js'
import type { Settlement } from '../model/lease.js'
import type { SettleOutcome } from '../port/job-store.js'
import type { AttemptObserver } from './attempt-observer.js'
import type { Attempt, Completion } from './attempt.js'
import type { EventSink } from './event-sink.js'
import type { HeldAttempts } from './held-attempts.js'
import type { OpenCompletions } from './open-completions.js'

/** Collects how attempts ended until the next conversation with the store. Bounded by what the worker holds. */
export class SettleBatcher {
  readonly #clock: Clock
  readonly #held: HeldAttempts
  readonly #events: EventSink
  readonly #observer: AttemptObserver | null
  readonly #attemptEvents: boolean
  readonly #completions: Pick<OpenCompletions, 'isCommitted'>
  readonly #added: () => void
  #pending: Attempt[] = []
  /** So many of the first go to the store one by one: one of them made it refuse their batch. */
  #single = 0

  /** `added` is called after each settlement that joins. */
  constructor(deps: {
    readonly clock: Clock
    readonly held: HeldAttempts
    readonly events: EventSink
    readonly observer: AttemptObserver | null
    readonly attemptEvents: boolean
    readonly completions: Pick<OpenCompletions, 'isCommitted'>
    readonly added: () => void
  }) {
    this.#clock = deps.clock
    this.#held = deps.held
    this.#events = deps.events
    this.#observer = deps.observer
    this.#attemptEvents = deps.attemptEvents
    this.#completions = deps.completions
    this.#added = deps.added
  }

  /** Settlements that wait. */
  get size(): number {
    return this.#pending.length
  }

  /** The store is being asked which settlement of a batch it does not want. */
  get isSingling(): boolean {
    return this.#single > 0
  }

  /**
   * The attempt has ended so; the store is told in the next conversation. One that was completed in a transaction of its handler
   * ends so only if that was rolled back, which is found out first.
   */
  add(attempt: Attempt, settlement: Settlement): void {
    if (attempt.completion === null) this.#join(attempt, settlement)
    else void this.#joinAfter(attempt, attempt.completion, settlement)
  }

  async #joinAfter(attempt: Attempt, completion: Completion, otherwise: Settlement): Promise<void> {
    if (completion.isChecked) return // whoever asked first decides
    completion.isChecked = true
    const isCommitted = await this.#completions.isCommitted(attempt)
    if (attempt.phase !== 'running') return
    // What was told before went with the commit; what was told after it nobody takes.
    if (isCommitted) attempt.report = null
    this.#join(attempt, isCommitted ? completion.settlement : otherwise)
  }

  #join(attempt: Attempt, settlement: Settlement): void {
    if (this.#observer !== null) this.#observer.ended(attempt, settlement, this.#clock.monotonic())
    attempt.settlement = settlement
    attempt.phase = 'settling'
    this.#pending.push(attempt)
    if (this.#attemptEvents) {
      const tookMs = attempt.startedAt === 0 ? 0 : this.#clock.monotonic() - attempt.startedAt
      this.#events.emit({ type: 'ended', job: attempt.describe(), outcome: settlement.kind, tookMs })
    }
    this.#added()
  }

  /** The attempts to settle now, taken out. */
  take(itemsMax: number): Attempt[] {
    if (this.#single > 0) return this.#pending.splice(0, 1)
    if (this.#pending.length > itemsMax) return this.#pending.splice(0, itemsMax)
    const all = this.#pending
    this.#pending = []
    return all
  }

  /** The store has answered: none of these is ours any more, but for those that it could not be told of. */
  settled(attempts: readonly Attempt[], outcomes: readonly SettleOutcome[]): void {
    if (this.#single > 0) this.#single--
    for (let index = 0; index < attempts.length; index++) this.settledAside(attempts[index] as Attempt, outcomes[index])
  }

  /** The same for one of which the store was told beside the others. */
  settledAside(attempt: Attempt, outcome: SettleOutcome | undefined): void {
    if (outcome !== 'busy') this.#over(attempt, outcome === 'settled' ? 'settled' : 'lost')
  }

  /** One that could not be told beside the others goes with them again. */
  rejoin(attempt: Attempt): void {
    this.#pending.push(attempt)
    this.#added()
  }

  /** The store could not be asked; nobody knows whether it was done, and asking again is safe (law 5). */
  giveBack(attempts: readonly Attempt[]): void {
    this.#pending = [...attempts, ...this.#pending]
  }

  /** The store refuses this batch, and will again: each of it is tried alone. */
  singleOut(attempts: readonly Attempt[]): void {
    this.#single = Math.max(this.#single, attempts.length)
    this.giveBack(attempts)
  }

  /** The store refuses this one alone: it ends as failed for that reason; if that is refused too its lease is left to run out. */
  refuse(attempt: Attempt, error: unknown): void {
    if (!attempt.settleRefused) {
      attempt.settleRefused = true
      attempt.settlement = fail(attempt.lease.receipt, 'terminated', encodeError(error), { spendsTry: true })
      this.#single = Math.max(this.#single, 1)
      this.giveBack([attempt])
      return
    }
    this.#single = Math.max(0, this.#single - 1)
    this.#events.emit({ type: 'settle-refused', job: attempt.describe(), error })
    this.#over(attempt, 'lost')
  }

  #over(attempt: Attempt, outcome: SettleOutcome): void {
    attempt.phase = 'over'
    this.#held.delete(attempt)
    if (this.#observer !== null && outcome === 'settled') this.#observer.settled(attempt)
    if (outcome === 'lost' && !attempt.settleRefused) this.#events.emit({ type: 'lease-lost', job: attempt.describe() })
    attempt.onOver?.(outcome)
  }
}
