import type { Clock } from '../../model/clock.js'
import type { Changes } from './changes.js'
import type { Session } from './session.js'
import { CHECKPOINT } from './statements/state.js'

/** Pages of the log after which they are copied into the file: some 4 ms of work. */
const PAGES = 1000

/** What a commit writes, counted on the load of `npm run bench`: 6 to 8 pages of its own, and one for each seven jobs that it moves. */
const PAGES_OF_COMMIT = 6
const JOBS_OF_PAGE = 7

/**
 * Copies the log into the file between commits. SQLite would do it inside the commit that fills the log, so that one caller
 * in eighty waits for 4 ms more than the others; here callers are answered first. SQLite's own checkpoint stays, at twice the length, for
 * what is not counted here: commits of other processes, of users, and what a commit writes beyond the estimate.
 */
export class Checkpoints {
  readonly #clock: Clock
  readonly #session: Session
  #pages = 0
  #isComing = false
  #isClosed = false

  constructor(clock: Clock, session: Session) {
    this.#clock = clock
    this.#session = session
  }

  /** A commit has written this. */
  wrote({ events }: Changes): void {
    let jobs = 0
    for (const event of events) jobs += event.jobs.length
    this.#pages += PAGES_OF_COMMIT + jobs / JOBS_OF_PAGE
    if (this.#pages < PAGES || this.#isComing) return
    this.#isComing = true
    this.#clock.defer(() => this.tick())
  }

  /** Copies what is in the log as far as no reader needs it. Never throws: what is left is copied another time. */
  tick(): void {
    this.#isComing = false
    if (this.#isClosed) return
    this.#pages = 0
    try {
      this.#session.all(CHECKPOINT)
    } catch {
      // Busy, or the disk is full: SQLite tries again with a commit, whose caller hears of it.
    }
  }

  /** Touches the file no more. */
  close(): void {
    this.#isClosed = true
  }
}
