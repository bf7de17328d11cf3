import type { Clock } from '../model/clock.js'
import type { ScheduleRecord } from '../model/schedule-record.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import type { Backend } from '../port/backend.js'
import type { Fire } from '../port/schedule-store.js'
import { decideFire } from './fire-decision.js'
import { asksForRuns, NO_RUNS } from './run-facts.js'
import type { ScheduleCache } from './schedule-cache.js'
import type { UpcomingSchedules } from './upcoming-schedules.js'

/** So many schedules that are due at one instant are a crowd: fewer are read, decided and fired within some 10 ms. */
export const CROWD_MIN = 500

/** How long before its instant a crowd is looked at: 10,000 schedules take half of it. */
const LEAD_MS: DurationMs = 300

/** Nothing is read any more so shortly before the instant: it would hold up what is ready. */
const REST_MS: DurationMs = 5

/** Schedules that are read and decided in one turn of the event loop: some 3 ms. */
const READ_MAX = 200

/** Schedules that are fired with one call: what a store gives at a time when they are not read ahead. */
const FIRE_MAX = 1_000

/**
 * A decision holds from its instant on for so long; what comes later was held up by a frozen process or a busy store, and is
 * decided anew.
 */
const VALID_MS: DurationMs = 100

/** How far the two hands of a clock drift apart at most when nobody sets the wall clock. */
const DRIFT_MS: DurationMs = 20

/** What the store said, and when that was by the clocks of this process. */
interface Look {
  readonly now: EpochMs
  readonly wall: EpochMs
  readonly monotonic: number
}

interface Parts {
  readonly clock: Clock
  readonly schedules: Pick<Backend['schedules'], 'get'>
  readonly cache: ScheduleCache
  readonly upcoming: UpcomingSchedules
}

/**
 * Reads and decides ahead of their instant the schedules of which hundreds are due at once, so that when it comes they have only to be
 * written: the last of 5,000 is then fired a third sooner.
 *
 * Nothing depends on it. A schedule that moved or was edited since has another version, and what was decided for it is
 * `superseded` (law 7); one that it does not know is fired by the round that follows. Schedules that ask how their jobs stand
 * are left to that round, because the answer may change until the instant.
 *
 * | state    | left by                                          | to       |
 * |----------|--------------------------------------------------|----------|
 * | nothing  | `prepare`, a crowd is due within `LEAD_MS`       | prepared |
 * | prepared | `take` has given all of it                       | nothing  |
 * | prepared | `take`, it is too late or a clock was set; `drop` | nothing  |
 */
export class CrowdAhead {
  readonly #parts: Parts
  #look: Look | null = null
  #dueAt: EpochMs | null = null
  #fires: Fire[] = []

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The next fires whose instant has come, at most 1,000; empty when there are none. */
  take(): readonly Fire[] {
    if (this.#dueAt === null || this.#look === null) return []
    const now = this.#storeNow(this.#look)
    const lateMs = now === null ? Infinity : now - this.#dueAt
    if (lateMs < 0) return []
    const fires = lateMs > VALID_MS ? [] : this.#fires.splice(0, FIRE_MAX)
    if (fires.length === 0 || this.#fires.length === 0) this.drop()
    return fires.map((fire) => later(fire, lateMs))
  }

  drop(): void {
    if (this.#dueAt !== null) this.#parts.upcoming.delete(this.#dueAt)
    this.#dueAt = null
    this.#fires = []
  }

  /**
   * Prepares the crowd that is due next, if there is one and its time has come. `nextTickAt` and `now`, of this moment, are of the
   * clock of the store; resolves with the instant, by the same clock, at which the next look is worth it.
   */
  async prepare(nextTickAt: EpochMs, now: EpochMs, signal: AbortSignal | undefined): Promise<EpochMs> {
    const { clock, upcoming } = this.#parts
    if (nextTickAt === this.#dueAt || upcoming.at(nextTickAt).size < CROWD_MIN) return nextTickAt
    if (nextTickAt - now > LEAD_MS) return nextTickAt - LEAD_MS
    const look = { now, wall: clock.now(), monotonic: clock.monotonic() }
    const names = [...upcoming.at(nextTickAt)]
    const fires: Fire[] = []
    while (names.length > 0) {
      const storeNow = this.#storeNow(look)
      if (storeNow === null || storeNow > nextTickAt - REST_MS) break
      const records = await this.#parts.schedules.get({ names: names.splice(0, READ_MAX), signal })
      for (const record of records) {
        const fire = record === null ? null : this.#decide(record, nextTickAt)
        if (fire !== null) fires.push(fire)
      }
      await new Promise<void>((resolve) => clock.defer(resolve))
    }
    this.#look = look
    this.#dueAt = fires.length > 0 ? nextTickAt : null
    this.#fires = fires
    return nextTickAt
  }

  #decide(record: ScheduleRecord, dueAt: EpochMs): Fire | null {
    if (record.paused || record.dueAt !== dueAt || asksForRuns(record.definition)) return null
    try {
      return decideFire(record, this.#parts.cache.get(record), dueAt, NO_RUNS)
    } catch {
      return null // this version cannot read it: the round that follows says so
    }
  }

  /** What the clock of the store says now; null when a clock of this process was set since. */
  #storeNow(look: Look): EpochMs | null {
    const { clock } = this.#parts
    const passedMs = clock.now() - look.wall
    const isSet = Math.abs(clock.monotonic() - look.monotonic - passedMs) > DRIFT_MS
    return isSet ? null : look.now + passedMs
  }
}

/** A fire that was decided for its instant, so much later. */
function later(fire: Fire, lateMs: DurationMs): Fire {
  if (lateMs === 0) return fire
  return {
    ...fire,
    jobs: fire.jobs.map((job) =>
      job.tick === null ? job : { ...job, tick: { ...job.tick, late: job.tick.late + lateMs } },
    ),
    ticks: fire.ticks.map((tick) => ({ ...tick, at: tick.at + lateMs, lateMs: tick.lateMs + lateMs })),
  }
}
