import type { Clock, Timer } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'
import type { Changes } from './changes.js'
import type { SqliteTx } from './client-types.js'

/** Looks at a user's transaction after 1, 2, 4 ... 1,024 ms and then each second, and gives up when it stays open for so long. */
const LOOK_MS_MAX = 1024
const GIVE_UP_MS: DurationMs = 60_000

interface Parts {
  readonly clock: Clock
  /** The number of the last commit that is in the file. */
  readonly lastCommit: () => number
  readonly committed: (changes: Changes) => void
}

/**
 * Gives the hints of what was written in a user's transaction once that has been committed; nobody tells us when, so it is
 * looked for. Hints that come late or not at all cost latency and nothing else.
 */
export class UserCommits {
  readonly #parts: Parts
  readonly #timers = new Set<Timer>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** `commit` is the number that the commit will have. */
  await(handle: SqliteTx, commit: number, changes: Changes): void {
    if (changes.hints !== 0) this.#lookIn(1, GIVE_UP_MS, handle, commit, changes)
  }

  close(): void {
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
  }

  #lookIn(pause: DurationMs, left: DurationMs, handle: SqliteTx, commit: number, changes: Changes): void {
    const { clock } = this.#parts
    const timer = clock.setTimer(clock.now() + pause, () => {
      this.#timers.delete(timer)
      if (this.#parts.lastCommit() >= commit) this.#parts.committed(changes)
      else if (handle.isTransaction !== false && left > 0) {
        this.#lookIn(Math.min(pause * 2, LOOK_MS_MAX), left - pause, handle, commit, changes)
      }
    })
    timer.unref()
    this.#timers.add(timer)
  }
}
