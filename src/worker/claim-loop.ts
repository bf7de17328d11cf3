import { Loop } from '../async/loop.js'
import type { TickOutcome } from '../async/loop.js'
import type { Clock, Random } from '../model/clock.js'
import type { DurationMs } from '../model/units.js'
import type { Limits } from '../port/capabilities.js'
import type { ClaimParams } from '../port/job-store.js'
import type { AttemptRunner } from './attempt-runner.js'
import type { AttemptStopper } from './attempt-stopper.js'
import type { Attempt } from './attempt.js'
import type { BatchSize } from './batch-size.js'
import type { ClaimTiming } from './claim-timing.js'
import type { Answer, Conversation } from './conversation.js'
import type { HeldAttempts } from './held-attempts.js'
import type { LeaseKeeper } from './lease-keeper.js'
import type { ClaimRoom, QueueLanes } from './queue-lanes.js'
import type { SettleBatcher } from './settle-batcher.js'
import type { StoreHealth } from './store-health.js'

/** One claim in so many starts from the lowest priority, so that no job waits for ever behind better ones: a sixteenth of the work is a price that better ones do not feel. */
const LOWEST_EVERY = 16

/** The longest that settlements wait for others to share their commit. */
const PAUSE_MS_MAX: DurationMs = 10

/** The longest that they wait while attempts are there to be started: that work comes first, and adds to the batch. */
const START_MS_MAX: DurationMs = 25

/** A shorter pause is none: the shortest timer takes a millisecond. */
const PAUSE_MS_MIN: DurationMs = 0.25

/** The longest rest after failures: a store that is back is noticed within it. */
const ERROR_DELAY_MS_MAX: DurationMs = 5000

interface ClaimLoopDeps {
  readonly clock: Clock
  readonly random: Random
  readonly limits: Pick<Limits, 'claimItems' | 'settleItems'>
  readonly conversation: Conversation
  readonly health: StoreHealth
  readonly workerId: string
  readonly leaseMs: DurationMs
  readonly taskNames: readonly string[]
  readonly lanes: QueueLanes
  readonly held: HeldAttempts
  readonly settler: SettleBatcher
  readonly runner: AttemptRunner
  readonly stopper: AttemptStopper
  readonly keeper: LeaseKeeper
  readonly timing: ClaimTiming
  readonly size: BatchSize
}

/**
 * Decides when to talk with the store, one conversation at a time, and for how many jobs to ask: what has ended travels with the
 * claim of what comes next. While a conversation is under way, and for as long again when other attempts run, settlements gather
 * for the next one; with one job in an idle system nothing waits.
 */
export class ClaimLoop {
  readonly #deps: ClaimLoopDeps
  readonly #loop: Loop
  /** Claims so far that started from the highest priority, and from the lowest: either gives each queue its turn. */
  readonly #claims = { highest: 0, lowest: 0 }
  #draining = false
  #talking: Promise<unknown> = Promise.resolve()

  constructor(deps: ClaimLoopDeps) {
    this.#deps = deps
    const { clock, random, health } = deps
    this.#loop = new Loop({
      clock,
      random,
      tick: (signal) => this.tick(signal),
      onError: (error, { delayMs }) => health.failed(deps.settler.size > 0 ? 'settle' : 'claim', error, delayMs),
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
    const { clock, conversation, limits, settler, size, timing } = this.#deps
    const now = clock.now()
    const room = settler.size > 0 || timing.isDue(now) ? this.#room() : null
    if (settler.size === 0 && room === null) return { nextAt: this.#nextLook(now) }
    const pauseMs = this.#pauseMs(room)
    if (pauseMs >= PAUSE_MS_MIN) return { nextAt: now + Math.ceil(pauseMs) }
    const settling = settler.take(Math.min(size.items, limits.settleItems))
    const talking = conversation.hold({ settling, claim: room === null ? null : this.#claim(room, settling), signal })
    this.#talking = talking
    this.#answered(await talking)
    return { nextAt: now }
  }

  #answered(answer: Answer | null): void {
    const { clock, keeper, runner, stopper, timing } = this.#deps
    if (answer?.claimed == null) {
      timing.lookAgain() // the slots that are free now were not offered to the store
      return
    }
    const { leases, nextVisibleAt } = answer.claimed
    timing.answered(leases.length, nextVisibleAt, clock.now())
    if (leases.length === 0) return
    if (this.#isWorthOverlapping(leases.length)) runner.runBehind(leases, answer.term)
    else runner.runBatch(leases, answer.term)
    keeper.watch()
    if (this.#draining) stopper.releaseWaiting(() => true)
  }

  /** Without room nothing is due: whatever makes room wakes the loop. */
  #nextLook(now: number): number | null {
    const { lookAt } = this.#deps.timing
    return this.#draining || (lookAt !== null && lookAt <= now) ? null : lookAt
  }

  /**
   * Half of the time belongs to the handlers: while some run or wait, small batches wait as long as the last conversation took.
   * A worker that could take many jobs and has none waiting does not.
   */
  #pauseMs(room: ClaimRoom | null): DurationMs {
    const { clock, conversation, lanes, settler, size } = this.#deps
    const { waiting } = lanes
    if (this.#draining || settler.size >= size.items || (lanes.running === 0 && waiting === 0)) return 0
    if (room !== null && (waiting === 0 ? room.limit >= size.items / 2 : this.#isWorthOverlapping(room.limit))) return 0
    const pauseMs = lanes.canStart ? START_MS_MAX : Math.min(size.latencyMs, PAUSE_MS_MAX)
    return pauseMs - (clock.monotonic() - conversation.endedAt)
  }

  /** A store that works elsewhere is told of the last batch and asked for the next while this one runs: the one need not wait for the other. */
  #isWorthOverlapping(items: number): boolean {
    const { size } = this.#deps
    return size.isRemote && items >= size.items / 2
  }

  #room(): ClaimRoom | null {
    const { lanes, leaseMs, limits, settler, size, taskNames } = this.#deps
    if (this.#draining || taskNames.length === 0 || settler.isSingling) return null
    const items = Math.min(size.items, limits.claimItems)
    const turn = this.#claims[this.#from]
    return lanes.room({ items, windowMs: 2 * size.latencyMs, startMs: leaseMs / 3, turn })
  }

  /** Where the next claim starts. */
  get #from(): ClaimParams['from'] {
    return (this.#claims.highest + this.#claims.lowest + 1) % LOWEST_EVERY === 0 ? 'lowest' : 'highest'
  }

  #claim(room: ClaimRoom, settling: readonly Attempt[]): ClaimParams {
    const { held, leaseMs, taskNames, workerId } = this.#deps
    const from = this.#from
    this.#claims[from]++
    return {
      workerId,
      leaseMs,
      ...room,
      tasks: taskNames,
      suspects: held.suspects === settling.filter((attempt) => attempt.lease.suspect).length,
      from,
    }
  }
}
