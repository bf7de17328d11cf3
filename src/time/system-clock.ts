import { setMaxListeners } from 'node:events'
import type { Clock, Timer } from '../model/clock.js'
import type { DurationMs, EpochMs } from '../model/units.js'

/**
 * The longest single `setTimeout`. A suspended host counts no timer time, and a wall clock that is set forward is noticed only
 * when a timer fires, so a wait looks at its clock at least twice a minute. It also keeps far below 2^31-1 ms, above which Node fires at once.
 */
const SLICE_MS_MAX = 30_000

/** The clock of this machine. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(at: EpochMs, fire: () => void): Timer {
    if (Number.isNaN(at))
      throw new TypeError('timer must be set to an instant, expected milliseconds since 1970, got NaN')
    return new SlicedTimer(at, Date.now, fire)
  },
  defer(fire: () => void): void {
    setImmediate(fire)
  },
  sleep,
})

function sleep(length: DurationMs, signal?: AbortSignal): Promise<void> {
  if (Number.isNaN(length)) throw new TypeError('sleep must be a length, expected milliseconds, got NaN')
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error)
      return
    }
    const monotonic = (): number => performance.now()
    const onAbort = (): void => {
      timer.cancel()
      reject(signal?.reason as Error)
    }
    const timer = new SlicedTimer(monotonic() + length, monotonic, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    if (signal === undefined) return
    setMaxListeners(0, signal) // many sleeps on one signal are no leak: each removes its listener
    signal.addEventListener('abort', onAbort, { once: true })
  })
}

/** A timer of any length made of slices; it fires only when its own clock has arrived (Node's may fire 1 ms early). */
class SlicedTimer implements Timer {
  readonly #due: number
  readonly #read: () => number
  readonly #fire: () => void
  #slice: NodeJS.Timeout | undefined
  #held = true

  constructor(due: number, read: () => number, fire: () => void) {
    this.#due = due
    this.#read = read
    this.#fire = fire
    this.#wait()
  }

  cancel(): void {
    clearTimeout(this.#slice)
    this.#slice = undefined
  }

  unref(): void {
    this.#held = false
    this.#slice?.unref()
  }

  #wait(): void {
    const remaining = Math.ceil(this.#due - this.#read())
    this.#slice = setTimeout(expire, Math.min(Math.max(remaining, 1), SLICE_MS_MAX), this)
    if (!this.#held) this.#slice.unref()
  }

  expire(): void {
    this.#slice = undefined
    if (this.#read() < this.#due) this.#wait()
    else this.#fire()
  }
}

/** One function for all timers: no closure per slice. */
function expire(timer: SlicedTimer): void {
  timer.expire()
}
