import { onAbort } from '../async/abortable.js'
import { isCleanStop } from '../async/clean-stop.js'
import { withOwnSignal } from '../async/own-signal.js'
import { stopwatch } from '../async/stopwatch.js'
import type { TimedCaller } from '../async/timed-caller.js'
import { waitUntil } from '../async/wait-until.js'
import type { Clock, Random } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { LockStore } from '../port/lock-store.js'
import { retryDelayMs } from '../time/backoff.js'
import { HeldLock, LOCK_MS } from './held-lock.js'
import type { PeriodLedger } from './period-ledger.js'
import { recordNameOf } from './period-record.js'
import type { RoutineEvent } from './routine-event.js'

/** For the moment at which a lock lapses: the clock of the store and the timers of this process differ by less. */
const LOOK_MS_MIN: DurationMs = 20

/** Whoever holds the lock may free it long before it lapses. */
const LOOK_MS_MAX: DurationMs = 5_000

/** The rest after a store that failed: exponential, from 100 ms to 30 s. */
const BACKOFF = { type: 'exponential', base: 100, max: 30_000 } as const

interface Parts {
  readonly locks: Pick<LockStore, 'acquire' | 'renew' | 'release'>
  readonly ledger: PeriodLedger
  readonly caller: TimedCaller
  readonly clock: Clock
  readonly random: Random
  readonly name: string
  /** Who competes for the lock: one run of one instance. */
  readonly holder: string
  readonly work: (signal: AbortSignal) => unknown
  readonly tell: (event: RoutineEvent) => void
}

/** What a store says when no later call can be answered otherwise. */
const FINAL = new Set<string>(['BACKEND_CLOSED', 'BACKEND_MISSING', 'SCHEMA_NEWER', 'SCHEMA_OLDER', 'STORE_CORRUPT'])

/**
 * One instance that runs a routine by its schedule, serialised with all others.
 *
 * | state     | left by                                          | to        |
 * |-----------|--------------------------------------------------|-----------|
 * | waiting   | the period is due                                | competing |
 * | competing | somebody else holds the lock: until it may lapse | waiting   |
 * | competing | the lock is ours, and the period still due       | running   |
 * | running   | success, put on record                           | waiting   |
 * | running   | the lock is lost, once the routine has ended     | waiting   |
 * | running   | the routine fails                                | failed    |
 * | any       | abort, or no period that follows                 | ended     |
 */
export class ScheduledRun {
  readonly #parts: Parts
  #failures = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async run(signal: AbortSignal): Promise<void> {
    const { ledger } = this.#parts
    let isPut = false
    while (!signal.aborted) {
      try {
        if (!isPut) await ledger.put(signal)
        isPut = true
        if ((await this.#pass(signal)) === 'ended') return
        this.#failures = 0
      } catch (error) {
        if (error instanceof RoutineFailure) throw error.cause
        if (isFinal(error)) throw error
        if (!signal.aborted) await this.#rest(error, signal)
      }
    }
  }

  /** Waits for the next period, and runs it unless somebody else does. */
  async #pass(signal: AbortSignal): Promise<'ended' | 'again'> {
    const next = await this.#parts.ledger.look(signal)
    if (next === null) return 'ended'
    const { clock } = this.#parts
    if (next.period > next.now) {
      await waitUntil(clock, clock.now() + next.period - next.now, signal)
      return 'again'
    }
    const { caller, locks, name, holder } = this.#parts
    const heldFor = stopwatch(clock)
    const lock = { name: recordNameOf(name), holder, ttlMs: LOCK_MS }
    const [outcome] = await caller.call('acquire', signal, (bound) => locks.acquire({ locks: [lock], signal: bound }))
    if (outcome?.status !== 'acquired') {
      const leftMs = outcome === undefined ? LOOK_MS_MIN : outcome.until - next.now + 1
      await clock.sleep(Math.min(LOOK_MS_MAX, Math.max(LOOK_MS_MIN, leftMs)), signal)
      return 'again'
    }
    const { term } = outcome
    const held = new HeldLock({ locks, caller, clock, heldFor, name: lock.name, holder, term })
    try {
      await this.#runLocked(held, term, signal)
    } finally {
      await held.release()
    }
    return 'again'
  }

  /** Under the lock: whoever held it before may have done the period meanwhile. */
  async #runLocked(held: HeldLock, term: number, signal: AbortSignal): Promise<void> {
    const { clock, name: routine, tell, work } = this.#parts
    const due = await this.#parts.ledger.look(signal)
    if (due === null || due.period > due.now) return
    const { period } = due
    const startedAt = clock.monotonic()
    try {
      await withOwnSignal(signal, async (own) => {
        const stopListening = onAbort(held.lost, (reason) => own.abort(reason))
        try {
          await work(own.signal)
        } finally {
          stopListening()
        }
      })
    } catch (error) {
      // What a routine throws because its lock is gone says nothing of its own.
      if (!held.lost.aborted && !(signal.aborted && isCleanStop(error, signal))) throw new RoutineFailure(error)
      if (!held.lost.aborted) return
    }
    const lateMs = due.now - period
    if (!held.lost.aborted && (await this.#record(period, lateMs, held.lost))) {
      tell({ type: 'period-done', routine, period, lateMs, tookMs: clock.monotonic() - startedAt })
    } else tell({ type: 'lock-lost', routine, period, term })
  }

  /** Puts on record that a period was done, for as long as the lock is held; false when it was lost before. */
  async #record(period: EpochMs, lateMs: DurationMs, lost: AbortSignal): Promise<boolean> {
    while (!lost.aborted) {
      try {
        if (await this.#parts.ledger.record(period, lateMs, lost)) return true
      } catch (error) {
        if (isFinal(error)) throw error
        if (!lost.aborted) await this.#rest(error, lost)
      }
    }
    return false
  }

  async #rest(error: unknown, signal: AbortSignal): Promise<void> {
    const { clock, name: routine, random, tell } = this.#parts
    const failures = ++this.#failures
    const retryInMs = retryDelayMs(BACKOFF, failures, random)
    tell({ type: 'store-error', routine, error, failures, retryInMs })
    await clock.sleep(retryInMs, signal).catch(() => undefined)
  }
}

/** True for a mistake of the program, and for a store that will not come back. */
function isFinal(error: unknown): boolean {
  return error instanceof TypeError || (RotaError.is(error) && FINAL.has(error.code))
}

/** What the routine has thrown, told apart from the errors of the store. */
class RoutineFailure extends Error {
  constructor(cause: unknown) {
    super('the routine has failed', { cause })
  }
}
