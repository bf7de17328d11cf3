import type { TimedCaller } from '../async/timed-caller.js'
import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { Settlement } from '../model/lease.js'
import type { Backend } from '../port/backend.js'
import type { ClaimParams, ClaimResult, SettleOutcome } from '../port/job-store.js'
import type { AttemptObserver } from './attempt-observer.js'
import type { Attempt, LeaseTerm } from './attempt.js'
import type { BatchSize } from './batch-size.js'
import { BusySettlements } from './busy-settlements.js'
import type { ClaimTiming } from './claim-timing.js'
import type { ReportBatcher } from './report-batcher.js'
import type { SettleBatcher } from './settle-batcher.js'
import type { StoreHealth } from './store-health.js'

/** The same settlements can never be taken. Whatever else a store says of itself may pass. */
const REFUSALS: ReadonlySet<string> = new Set([
  'BATCH_TOO_LARGE',
  'PARENT_UNKNOWN',
  'PAYLOAD_INVALID',
  'PAYLOAD_TOO_LARGE',
])

interface ConversationDeps {
  readonly backend: Pick<Backend, 'jobs' | 'classify'>
  readonly caller: TimedCaller
  readonly health: StoreHealth
  readonly clock: Clock
  readonly settler: SettleBatcher
  readonly reports: ReportBatcher
  readonly size: BatchSize
  readonly observer: AttemptObserver | null
  readonly timing: Pick<ClaimTiming, 'asking' | 'asked'>
}

/** What the worker has to say, and what it asks for. */
export interface Request {
  /** Attempts whose settlements the store is told. */
  readonly settling: readonly Attempt[]
  /** null: it asks for no jobs. */
  readonly claim: ClaimParams | null
  readonly signal: AbortSignal | undefined
}

/** What came of a conversation. */
export interface Answer {
  /** null: no jobs were asked for. */
  readonly claimed: ClaimResult | null
  /** When its leases began, at the latest. */
  readonly term: LeaseTerm
}

const NOTHING: readonly SettleOutcome[] = Object.freeze([])

/** Tells the store how attempts ended and asks for more, in one round trip; sees to it that no settlement is dropped. */
export class Conversation {
  readonly #deps: ConversationDeps
  readonly #busy: BusySettlements
  #endedAt = -Infinity

  constructor(deps: ConversationDeps) {
    this.#deps = deps
    this.#busy = new BusySettlements({ ...deps, jobs: deps.backend.jobs })
  }

  /** When the last one ended, by the monotonic clock. */
  get endedAt(): number {
    return this.#endedAt
  }

  /**
   * Null when the store has refused something: asking again, for less, finds out what. Rejects when the store failed; its
   * settlements wait for the next conversation then.
   */
  async hold(request: Request): Promise<Answer | null> {
    const { clock, health, observer, settler, size } = this.#deps
    const { settling } = request
    const term: LeaseTerm = { wall: clock.now(), monotonic: clock.monotonic() }
    try {
      await this.#tellReports(request)
      const { outcomes, claimed } = await this.#ask(request)
      settler.settled(settling, outcomes)
      this.#busy.wait(settling, outcomes, request.signal)
      const claims = claimed?.leases.length ?? 0
      size.measured(settling.length + claims, clock.monotonic() - term.monotonic)
      observer?.called('settle', settling.length)
      observer?.called('claim', claims)
      if (settling.length > 0) health.worked('settle')
      if (claimed !== null) health.worked('claim')
      return { claimed, term }
    } catch (error) {
      this.#failed(request, error)
      return null
    } finally {
      this.#endedAt = clock.monotonic()
    }
  }

  async #ask({
    settling,
    claim,
    signal,
  }: Request): Promise<Omit<Answer, 'term'> & { readonly outcomes: readonly SettleOutcome[] }> {
    const { backend, caller, timing } = this.#deps
    const { jobs } = backend
    const settlements = settling.map(settlementOf)
    if (claim === null) {
      const outcomes = await caller.call('settle', signal, (bound) =>
        jobs.settle({ settlements, impatient: true, signal: bound }),
      )
      return { outcomes, claimed: null }
    }
    timing.asking()
    if (settling.length === 0) {
      const claiming = caller.call('claim', signal, (bound) => jobs.claim({ ...claim, signal: bound }))
      timing.asked()
      return { outcomes: NOTHING, claimed: await claiming }
    }
    const exchanging = caller.call('settle', signal, (bound) =>
      jobs.exchange({ settlements, claim, impatient: true, signal: bound }),
    )
    timing.asked()
    const { outcomes, ...claimed } = await exchanging
    return { outcomes, claimed }
  }

  /** What handlers told comes before how they ended: a settled receipt takes no more reports. */
  async #tellReports({ settling, signal }: Request): Promise<void> {
    const { health, reports } = this.#deps
    if (!reports.owes(settling)) return
    try {
      await reports.flush(settling, signal)
    } catch (error) {
      if (!this.#isRefusal(error)) throw error
      // A settlement is worth more than a log that the store does not want.
      health.failed('report', error, 0)
      for (const attempt of settling) reports.drop(attempt)
    }
  }

  #failed({ settling, claim }: Request, error: unknown): void {
    const { settler, health } = this.#deps
    if (settling.length === 0 || !this.#isRefusal(error)) {
      settler.giveBack(settling)
      throw error
    }
    const [only] = settling
    if (only !== undefined && settling.length === 1 && claim === null) settler.refuse(only, error)
    else settler.singleOut(settling)
    health.failed('settle', error, 0)
  }

  #isRefusal(error: unknown): boolean {
    if (RotaError.is(error)) return REFUSALS.has(error.code)
    return this.#deps.backend.classify(error) === 'mistake'
  }
}

function settlementOf(attempt: Attempt): Settlement {
  if (attempt.settlement === null) throw new TypeError(`job ${attempt.lease.job.id}: expected a settlement, got none`)
  return attempt.settlement
}
