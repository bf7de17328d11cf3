import { setMaxListeners } from 'node:events'
import type { Clock, Timer } from '../model/clock.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import { FakeTimers } from './fake-timers.js'
import type { FakeTimerKind, Hands } from './fake-timers.js'

/** Taken before a test can replace it by a timer of its own, as `vi.useFakeTimers` does. */
const { setImmediate } = globalThis

/** Rest is given up after so many turns of the event loop: something keeps deferring work without letting time pass. */
const TURNS_MAX = 10_000

/** 2025-01-01T00:00:00Z: a round instant in no daylight-saving change. */
const START_AT: EpochMs = 1_735_689_600_000

/** A timer that waits in a fake clock. */
export interface PendingTimer {
  /** When it will fire, by the wall clock as it is set now. */
  readonly at: EpochMs
  readonly kind: FakeTimerKind
}

/**
 * A clock for tests: time stands still until it is moved, and moving it fires the timers on the way, in order, each at its own instant.
 * Between two timers every promise that is ready is let run, and everything deferred. Nothing waits for real time.
 */
export class FakeClock implements Clock {
  #deferred = 0
  #moving: Promise<void> = Promise.resolve()
  readonly #hands: Hands
  readonly #timers: FakeTimers

  /** Starts at `startAt`, milliseconds since 1970. @defaultValue 2025-01-01T00:00:00Z */
  constructor(startAt: EpochMs = START_AT) {
    if (!Number.isFinite(startAt))
      throw new TypeError(`startAt must be an instant, expected milliseconds since 1970, got ${startAt}`)
    this.#hands = { wall: startAt, elapsed: 0 }
    this.#timers = new FakeTimers(this.#hands, (fire) => this.defer(fire))
  }

  now(): EpochMs {
    return Math.floor(this.#hands.wall)
  }

  monotonic(): number {
    return this.#hands.elapsed
  }

  setTimer(at: EpochMs, fire: () => void): Timer {
    if (Number.isNaN(at))
      throw new TypeError('timer must be set to an instant, expected milliseconds since 1970, got NaN')
    return this.#timers.add('timer', at, fire)
  }

  defer(fire: () => void): void {
    this.#deferred++
    setImmediate(() => {
      this.#deferred--
      fire()
    })
  }

  sleep(length: DurationMs, signal?: AbortSignal): Promise<void> {
    if (Number.isNaN(length)) throw new TypeError('sleep must be a length, expected milliseconds, got NaN')
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error)
        return
      }
      const onAbort = (): void => {
        timer.cancel()
        reject(signal?.reason as Error)
      }
      const timer = this.#timers.add('sleep', this.#hands.elapsed + length, () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      })
      if (signal === undefined) return
      setMaxListeners(0, signal) // many sleeps on one signal are no leak: each removes its listener
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** Lets `length` milliseconds pass. Resolves when everything that came due has run and come to rest. */
  advance(length: DurationMs): Promise<void> {
    if (!(length >= 0 && length < Infinity))
      throw new TypeError(`advance must be a length, expected 0 ms or more, got ${length}`)
    return this.#queue(async () => this.#advanceTo(this.#hands.elapsed + length))
  }

  /** Lets time pass until the wall clock shows `at`. */
  advanceTo(at: EpochMs): Promise<void> {
    return this.#queue(async () => {
      if (!(at >= this.#hands.wall))
        throw new TypeError(`advanceTo must not go back, expected ${this.#hands.wall} or later, got ${at}`)
      await this.#advanceTo(this.#hands.elapsed + at - this.#hands.wall)
    })
  }

  /** Lets time pass until the next timer, and fires it; false when none waits. */
  async advanceToNext(): Promise<boolean> {
    let found = false
    await this.#queue(async () => {
      await this.#rest()
      const next = this.#timers.next()
      if (next === undefined || next.dueIn === Infinity) return
      found = true
      await this.#advanceTo(this.#hands.elapsed + next.dueIn)
    })
    return found
  }

  /** Sets the wall clock forward or back without time passing, as an operator or a time server does. Sleeps do not notice. */
  jump(by: DurationMs): void {
    this.#hands.wall += by
    this.#timers.fireDue()
  }

  /** Lets everything run that needs no time to pass: ready promises, deferred work, timers that are due. */
  settle(): Promise<void> {
    return this.#queue(() => this.#rest())
  }

  /** What waits, the earliest first. */
  get timers(): readonly PendingTimer[] {
    return this.#timers.list().map(({ dueIn, kind }) => ({ at: this.#hands.wall + dueIn, kind }))
  }

  /** Moves run one after the other, so that two tests' helpers can both advance. */
  #queue(move: () => Promise<void>): Promise<void> {
    const done = this.#moving.then(move)
    this.#moving = done.catch(() => undefined)
    return done
  }

  async #advanceTo(target: number): Promise<void> {
    await this.#rest()
    for (;;) {
      const next = this.#timers.next()
      if (next === undefined || this.#hands.elapsed + next.dueIn > target) break
      this.#pass(next.dueIn)
      next.fire()
      await this.#rest()
    }
    this.#pass(target - this.#hands.elapsed)
    await this.#rest()
  }

  #pass(length: DurationMs): void {
    this.#hands.elapsed += length
    this.#hands.wall += length
  }

  /** Two turns at least: what a deferred function resolves may defer again from a promise. */
  async #rest(): Promise<void> {
    for (let turn = 0, quiet = 0; quiet < 2; turn++) {
      if (turn === TURNS_MAX)
        throw new Error(`the fake clock found no rest in ${TURNS_MAX} turns: something defers work for ever`)
      await new Promise<void>((resolve) => setImmediate(resolve))
      quiet = this.#deferred === 0 ? quiet + 1 : 0
    }
  }
}
