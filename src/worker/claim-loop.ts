import { Loop } from '../async/loop.js'
import type { TickOutcome } from '../async/loop.js'
import type { Clock, Random } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { Settlement } from '../model/lease.js'
import type { DurationMs } from '../model/units.js'
import type { Backend } from '../port/backend.js'
import type { ClaimParams, ClaimResult, SettleOutcome } from '../port/job-store.js'
import type { AttemptRunner } from './attempt-runner.js'
import type { AttemptStopper } from './attempt-stopper.js'
import type { Attempt, LeaseTerm } from './attempt.js'
import type { BatchSize } from './batch-size.js'
import type { ClaimTiming } from './claim-timing.js'
import type { HeldAttempts } from './held-attempts.js'
import type { QueueLanes } from './queue-lanes.js'
import type { ReportBatcher } from './report-batcher.js'
import type { SettleBatcher } from './settle-batcher.js'
import type { StoreCaller } from './store-caller.js'
import type { StoreHealth } from './store-health.js'

/** The same settlements can never be taken. Whatever else a store says of itself may pass. */
const REFUSALS: ReadonlySet<string> = new Set([
  'BATCH_TOO_LARGE',
  'PARENT_UNKNOWN',
  'PAYLOAD_INVALID',
  'PAYLOAD_TOO_LARGE',
])

/** One claim in so many starts from the lowest priority, so that no job waits for ever behind better ones (`design.md` section 5). */
const LOWEST_EVERY = 16

/** The longest that settlements wait for others to share their commit. */
const PAUSE_MS_MAX: DurationMs = 10

/** The longest rest after failures: a store that is back is noticed within it. */
const ERROR_DELAY_MS_MAX: DurationMs = 5000

interface ClaimLoopDeps {
  readonly backend: Pick<Backend, 'jobs' | 'limits' | 'classify'>
  readonly caller: StoreCaller
  readonly health: StoreHealth
  readonly clock: Clock
  readonly random: Random
  readonly workerId: string
  readonly leaseMs: DurationMs
  readonly tasks: readonly string[]
  readonly lanes: QueueLanes
  readonly held: HeldAttempts
  readonly settler: SettleBatcher
  readonly reports: ReportBatcher
  readonly runner: AttemptRunner
  readonly stopper: AttemptStopper
  readonly timing: ClaimTiming
  readonly size: BatchSize
  /** Called after each claim: leases have to be kept from then on. */
  readonly claimed: () => void
}

/** An answer of the store, whatever it was asked. */
interface Answer {
  readonly outcomes: readonly SettleOutcome[]
  readonly claimed: ClaimResult | null
}

const NOTHING: readonly SettleOutcome[] = Object.freeze([])

/**
 * Talks with the store about jobs, one conversation at a time: what has ended travels with the claim of what comes next.
 * While a conversation is under way, and for as long again when other attempts run, settlements gather for the next one.
 */
export class ClaimLoop {
  readonly #deps: ClaimLoopDeps
  readonly #loop: Loop
  #claims = 0
  #endedAt = -Infinity
  #draining = false
  #talking: Promise<void> = Promise.resolve()

  constructor(deps: ClaimLoopDeps) {
    this.#deps = deps
    const { clock, random, health } = deps
    this.#loop = new Loop({
      clock,
      random,
      tick: (signal) => this.tick(signal),
      onError: (error, { delayMs }) => health.failed('claim', error, delayMs),
      errorDelayMaxMs: ERROR_DELAY_MS_MAX,
    })
  }

  run(signal: AbortSignal): Promise<void> {
    return this.#loop.run(signal)
  }

  /** Something may be there to claim. */
  wake(): void {
    this.#loop.wake()
  }

  /** A settlement has joined; wakes the loop when waiting longer would gain nothing. */
  settlementAdded(): void {
    const { settler, size, lanes } = this.#deps
    if (settler.size === 1 || settler.size >= size.items || lanes.running === 0) this.#loop.wake()
  }

  /** From now on nothing is claimed and settlements do not wait for each other. Resolves when no claim is under way. */
  async drain(): Promise<void> {
    this.#draining = true
    this.#loop.wake()
    await this.#talking.catch(() => undefined) // the loop has heard of it
  }

  /** One conversation, if there is anything to say. */
  async tick(signal?: AbortSignal): Promise<TickOutcome> {
    const { clock, settler, size, timing } = this.#deps
    const now = clock.now()
    const claim = settler.size > 0 || timing.isDue(now) ? this.#claimParams() : null
    if (settler.size === 0 && claim === null) return { nextAt: this.#nextLook(now) }
    const pauseMs = this.#pauseMs(claim)
    if (pauseMs > 0) return { nextAt: now + pauseMs }
    const settling = settler.take(Math.min(size.items, this.#deps.backend.limits.settleItems))
    this.#talking = this.#converse(settling, claim, signal)
    await this.#talking
    return { nextAt: now }
  }

  /** No room: whatever makes some wakes the loop. */
  #nextLook(now: number): number | null {
    const { lookAt } = this.#deps.timing
    return this.#draining || (lookAt !== null && lookAt <= now) ? null : lookAt
  }

  /** Half of the time belongs to the handlers: small batches wait as long as the last conversation took. */
  #pauseMs(claim: ClaimParams | null): DurationMs {
    const { clock, lanes, settler, size } = this.#deps
    if (this.#draining || settler.size >= size.items || (claim?.limit ?? 0) >= size.items / 2) return 0
    if (lanes.running === 0 && lanes.waiting === 0) return 0
    return Math.min(size.latencyMs, PAUSE_MS_MAX) - (clock.monotonic() - this.#endedAt)
  }

  #claimParams(): ClaimParams | null {
    const { backend, held, lanes, leaseMs, settler, size, tasks, workerId } = this.#deps
    if (this.#draining || tasks.length === 0 || settler.isSingling) return null
    const items = Math.min(size.items, backend.limits.claimItems)
    const room = lanes.room({ items, windowMs: 2 * size.latencyMs, startMs: leaseMs / 3 })
    if (room === null) return null
    this.#claims++
    return {
      workerId,
      leaseMs,
      ...room,
      tasks,
      suspects: !held.hasSuspect,
      from: this.#claims % LOWEST_EVERY === 0 ? 'lowest' : 'highest',
    }
  }

  async #converse(
    settling: readonly Attempt[],
    claim: ClaimParams | null,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { clock, health, runner, settler, size, stopper, timing } = this.#deps
    const term: LeaseTerm = { wall: clock.now(), monotonic: clock.monotonic() }
    let answer: Answer
    try {
      await this.#tellReports(settling, signal)
      answer = await this.#ask(settling, claim, signal)
    } catch (error) {
      this.#failed(settling, claim, error)
      return
    } finally {
      this.#endedAt = clock.monotonic()
    }
    health.worked('claim')
    settler.settled(settling, answer.outcomes)
    const leases = answer.claimed?.leases ?? []
    size.measured(settling.length + leases.length, this.#endedAt - term.monotonic)
    if (answer.claimed === null)
      timing.hint() // freed slots were not offered to the store
    else timing.answered(leases.length, answer.claimed.nextVisibleAt, clock.now())
    if (leases.length === 0) return
    runner.runBatch(leases, term)
    this.#deps.claimed()
    if (this.#draining) stopper.releaseWaiting(() => true)
  }

  async #ask(
    settling: readonly Attempt[],
    claim: ClaimParams | null,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const { backend, caller, timing } = this.#deps
    const settlements = settling.map(settlementOf)
    if (claim === null) {
      const outcomes = await caller.call('settle', signal, (bound) =>
        backend.jobs.settle({ settlements, signal: bound }),
      )
      return { outcomes, claimed: null }
    }
    const asking =
      settling.length === 0
        ? caller.call('claim', signal, async (bound) => ({
            ...(await backend.jobs.claim({ ...claim, signal: bound })),
            outcomes: NOTHING,
          }))
        : caller.call('settle', signal, (bound) => backend.jobs.exchange({ settlements, claim, signal: bound }))
    // What a store in this process hints while it is asked is about this very commit.
    timing.asked()
    const claimed = await asking
    return { outcomes: claimed.outcomes, claimed }
  }

  /** What handlers told comes before how they ended: a settled receipt takes no more reports. */
  async #tellReports(settling: readonly Attempt[], signal: AbortSignal | undefined): Promise<void> {
    const { reports } = this.#deps
    if (!settling.some((attempt) => attempt.report !== null)) return
    try {
      await reports.flush(settling, signal)
    } catch (error) {
      if (!this.#isRefusal(error)) throw error
      // A settlement is worth more than a log that the store does not want.
      this.#deps.health.failed('report', error, 0)
      for (const attempt of settling) reports.drop(attempt)
    }
  }

  /** Throws on, so that the loop rests, unless the store refused something: asking for less at once finds out what. */
  #failed(settling: readonly Attempt[], claim: ClaimParams | null, error: unknown): void {
    const { settler, health, timing } = this.#deps
    if (claim !== null) timing.hint()
    if (settling.length > 0 && this.#isRefusal(error)) {
      const [only] = settling
      if (only !== undefined && settling.length === 1 && claim === null) settler.refuse(only, error)
      else settler.singleOut(settling)
      health.failed('settle', error, 0)
      return
    }
    settler.giveBack(settling)
    throw error
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
