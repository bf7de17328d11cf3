import { checkName } from '../model/names.js'
import type { AnyTask } from '../model/task-definition.js'
import type { EpochMs } from '../model/units.js'
import type { ScheduleObject } from '../schedule/schedule-object.js'
import { toInstant } from './instant.js'
import type { DeclaredSchedule, DeclareOptions, DeclareOutcome } from './declared-schedule.js'
import type { ControlOptions } from './queue-control.js'
import type { ManualRun } from './run-now.js'
import type { ScheduleView, TickRecordView } from './schedule-view.js'
import type { ScheduleOptions } from './schedule-options.js'
import type { ScheduleOutcome, TaskScheduler, TaskSchedulerParts } from './task-scheduler.js'

/** Schedules and tick records on one page when nobody says how many; the most that a store gives. */
const PAGE_MAX = 1_000

/** One page of schedules. */
export interface ScheduleListOptions extends ControlOptions {
  /** Only the schedules that this owner has declared; null: only those that were made one by one. */
  readonly owner?: string | null
  /** The last name of the page before. */
  readonly after?: string | null
  /** 1 to 1,000. @defaultValue 1,000 */
  readonly limit?: number
}

/** One page of what became of ticks. */
export interface HistoryOptions extends ControlOptions {
  /** Only ticks before this one. */
  readonly before?: Date | EpochMs
  /** 1 to 1,000. @defaultValue 100 */
  readonly limit?: number
}

/** Looks at schedules, declares sets of them, pauses, resumes, runs and removes them. `rota.schedule()` makes one. */
export class ScheduleControl<Tx> {
  readonly #parts: TaskSchedulerParts<Tx>

  constructor(parts: TaskSchedulerParts<Tx>) {
    this.#parts = parts
  }

  /** What `rota.schedule` does, without its types. */
  async put(
    name: string,
    expression: string | ScheduleObject,
    task: AnyTask,
    payload: unknown,
    options: ScheduleOptions = {},
  ): Promise<ScheduleOutcome> {
    const scheduler = await this.#scheduler()
    return scheduler.schedule(name, expression, task, payload, options)
  }

  /**
   * Makes the schedules of one owner those of the list: adds and edits what differs, removes what is not in it, and leaves those
   * of others alone. At every start of a program that says the same it changes nothing. `defineSchedule` makes the entries.
   * Rejects with `SCHEDULE_OWNED` when a name belongs to somebody else, and with `SCHEDULE_INVALID`, before anything is written.
   */
  async declare(schedules: readonly DeclaredSchedule[], options: DeclareOptions): Promise<DeclareOutcome> {
    const scheduler = await this.#scheduler()
    return scheduler.declare(schedules, options)
  }

  /**
   * Makes one job of a schedule now, whatever its pause, bounds and `overlap` say; its handler sees `tick.manual`. The series is
   * not moved; the history has the run as `manual`, and later ticks meet its job like any other of the schedule.
   * Rejects with `SCHEDULE_UNKNOWN`.
   */
  async runNow(name: string, options: ControlOptions = {}): Promise<ManualRun> {
    checkName('schedule', name)
    const scheduler = await this.#scheduler()
    return scheduler.runNow(name, options.signal)
  }

  /** The schedule as it is now; null when there is none. */
  async get(name: string, options: ControlOptions = {}): Promise<ScheduleView | null> {
    checkName('schedule', name)
    const { schedules } = await this.#parts.connection.open(options.signal)
    const [record = null] = await schedules.get({ names: [name], signal: options.signal })
    const { viewSchedule } = await import('./schedule-view.js')
    return record === null ? null : viewSchedule(record)
  }

  /** Schedules by name, a page at a time. */
  async list(options: ScheduleListOptions = {}): Promise<readonly ScheduleView[]> {
    const { after = null, limit = PAGE_MAX, owner, signal } = options
    const { schedules } = await this.#parts.connection.open(signal)
    const records = await schedules.list({ after, limit, ...(owner === undefined ? {} : { owner }), signal })
    const { viewSchedule } = await import('./schedule-view.js')
    return records.map(viewSchedule)
  }

  /** Fires nothing from now on, until it is resumed. Its jobs that exist run on. */
  async pause(name: string, options: ControlOptions = {}): Promise<'changed' | 'unchanged' | 'unknown'> {
    return this.#pause(name, true, options)
  }

  /** Goes on with the next tick from now; what came due while it was paused is not made up for. */
  async resume(name: string, options: ControlOptions = {}): Promise<'changed' | 'unchanged' | 'unknown'> {
    return this.#pause(name, false, options)
  }

  /** Removes a schedule with its history; the jobs that it made stay. */
  async remove(name: string, options: ControlOptions = {}): Promise<'removed' | 'unknown'> {
    checkName('schedule', name)
    const { schedules } = await this.#parts.connection.open(options.signal)
    const [outcome = 'unknown'] = await schedules.remove({ names: [name], signal: options.signal })
    return outcome
  }

  /** What became of its ticks, the latest first; the last 1,000 records are kept. */
  async history(name: string, options: HistoryOptions = {}): Promise<readonly TickRecordView[]> {
    checkName('schedule', name)
    const { before, limit = 100, signal } = options
    const { schedules } = await this.#parts.connection.open(signal)
    const records = await schedules.history({
      name,
      before: before === undefined ? null : toInstant(before, 'history: before'),
      limit,
      signal,
    })
    const { viewTick } = await import('./schedule-view.js')
    return records.map(viewTick)
  }

  async #pause(
    name: string,
    paused: boolean,
    { signal }: ControlOptions,
  ): Promise<'changed' | 'unchanged' | 'unknown'> {
    checkName('schedule', name)
    const scheduler = await this.#scheduler()
    return scheduler.pause(name, paused, signal)
  }

  /** Loaded at its first use: it brings the expression dialects, which a program that only enqueues never needs. */
  async #scheduler(): Promise<TaskScheduler<Tx>> {
    const { TaskScheduler } = await import('./task-scheduler.js')
    return new TaskScheduler(this.#parts)
  }
}
