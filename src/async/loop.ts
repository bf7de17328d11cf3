import type { Clock, Random } from '../model/clock.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import { onAbort } from './abortable.js'

/** What one tick found out: when the next has something to do; null: only when woken. */
export interface TickOutcome {
  readonly nextAt: EpochMs | null
}

/** What a loop repeats, and how it rests. */
export interface LoopOptions {
  readonly clock: Clock
  readonly random: Random
  readonly tick: (signal: AbortSignal) => Promise<TickOutcome>
  /** Hears of every tick that threw: how many in a row, and how long the loop now rests. Must not throw. */
  readonly onError: (error: unknown, rest: { readonly failures: number; readonly delayMs: DurationMs }) => void
  /** The rest after the first failure; it doubles with each in a row, less up to half at random. @defaultValue 100 */
  readonly errorDelayMs?: DurationMs
  /** @defaultValue 30,000 */
  readonly errorDelayMaxMs?: DurationMs
}

/**
 * Calls a tick again and again, never two at once, and decides only when.
 *
 * | state   | left by                         | to                                      |
 * |---------|---------------------------------|-----------------------------------------|
 * | ticking | an outcome, woken meanwhile or due | ticking, one turn of the event loop later |
 * | ticking | an outcome for later            | resting                                 |
 * | ticking | an error                        | failed                                  |
 * | resting | `wake()`, or the instant comes  | ticking                                 |
 * | failed  | the delay is over; wake-ups wait | ticking                                |
 * | any     | abort                           | ended, once the tick under way has      |
 */
export class Loop {
  readonly #options: LoopOptions
  #running = false
  #woken = false
  #failures = 0
  #resume: (() => void) | null = null

  constructor(options: LoopOptions) {
    this.#options = options
  }

  /** Makes the next tick come now; any number of calls before it make one tick. */
  wake(): void {
    this.#woken = true
    this.#resume?.()
  }

  /** Ticks until `signal` aborts; resolves when the last tick has ended, and never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#running) throw new TypeError('a loop runs once at a time, expected it to have ended, got a second run')
    this.#running = true
    const stopListening = onAbort(signal, () => this.#resume?.())
    while (!signal.aborted) await this.#step(signal)
    stopListening()
    this.#running = false
  }

  async #step(signal: AbortSignal): Promise<void> {
    this.#woken = false
    try {
      const { nextAt } = await this.#options.tick(signal)
      this.#failures = 0
      await this.#rest(nextAt, signal)
    } catch (error) {
      // A tick that stops because it was told to has not failed.
      if (!signal.aborted || error !== signal.reason) await this.#restAfter(error, signal)
    }
  }

  async #rest(nextAt: EpochMs | null, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else if (this.#woken || (nextAt !== null && nextAt <= clock.now())) clock.defer(resolve)
      else {
        const timer = nextAt === null ? null : clock.setTimer(nextAt, () => this.#resume?.())
        this.#resume = () => {
          this.#resume = null
          timer?.cancel()
          resolve()
        }
      }
    })
  }

  async #restAfter(error: unknown, signal: AbortSignal): Promise<void> {
    const { clock, random, onError, errorDelayMs = 100, errorDelayMaxMs = 30_000 } = this.#options
    this.#failures++
    const longest = Math.min(errorDelayMaxMs, errorDelayMs * 2 ** (this.#failures - 1))
    const delayMs = Math.ceil(longest * (1 - random.next() / 2))
    onError(error, { failures: this.#failures, delayMs })
    await clock.sleep(delayMs, signal).catch(() => undefined)
  }
}
