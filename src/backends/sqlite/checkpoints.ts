import { Alarm } from '../../async/alarm.js'
import type { Clock } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'
import type { Changes } from './changes.js'
import type { Session } from './session.js'
import { CHECKPOINT } from './statements/state.js'

/** Pages of the log that are worth copying into the file while nobody writes: some 2 ms of work. */
const PAGES = 500

/** Pages that are copied as soon as nobody has just written: some 4 ms, which no handler of an idle system should wait for. */
const PAGES_SOON = 1_000

/** Pages that are copied although somebody writes, between two commits: some 6 ms. */
const PAGES_MAX = 1_500

/** So long after a commit nobody else seems to write: a burst of thousands of jobs commits each 10 to 20 ms. */
const QUIET_MS: DurationMs = 50

/** So long after a commit what it woke has begun: the claim of an idle worker starts a handler within a millisecond, which settles a moment later. */
const BREATH_MS: DurationMs = 3

/** What a commit writes, counted on the load of `npm run bench`: 6 to 8 pages of its own, and one for each seven jobs that it moves. */
const PAGES_OF_COMMIT = 6
const JOBS_OF_PAGE = 7

/**
 * Copies the log into the file between commits, after a burst of them rather than within. SQLite would do it inside the commit that fills the log,
 * so that one caller in eighty waits for 4 ms more than the others; here callers are answered first. SQLite's own checkpoint stays, at a greater
 * length, for what is not counted here: commits of other processes, of users, and what a commit writes beyond the estimate.
 */
export class Checkpoints {
  readonly #clock: Clock
  readonly #session: Session
  readonly #quiet: Alarm
  #pages = 0
  /** When the last commit was, by the clock's monotonic hand. */
  #wroteAt = 0
  #isComing = false
  #isClosed = false

  constructor(clock: Clock, session: Session) {
    this.#clock = clock
    this.#session = session
    this.#quiet = new Alarm(clock, () => this.#hush())
  }

  /** A commit has written this. */
  wrote({ events }: Changes): void {
    let jobs = 0
    for (const event of events) jobs += event.jobs.length
    this.#pages += PAGES_OF_COMMIT + jobs / JOBS_OF_PAGE
    this.#wroteAt = this.#clock.monotonic()
    if (this.#isComing || this.#pages < PAGES) return
    if (this.#pages < PAGES_MAX) {
      this.#quiet.setWithin(this.#quietMs)
      return
    }
    this.#isComing = true
    this.#clock.defer(() => this.tick())
  }

  /** Copies what is in the log as far as no reader needs it. Never throws: what is left is copied another time. */
  tick(): void {
    this.#isComing = false
    if (this.#isClosed) return
    this.#quiet.cancel()
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
    this.#quiet.cancel()
  }

  get #quietMs(): DurationMs {
    return this.#pages < PAGES_SOON ? QUIET_MS : BREATH_MS
  }

  #hush(): void {
    const leftMs = this.#wroteAt + this.#quietMs - this.#clock.monotonic()
    if (leftMs > 0) this.#quiet.setWithin(leftMs)
    else this.tick()
  }
}
