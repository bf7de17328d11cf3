import type { Clock, IdMaker } from '../model/clock.js'
import { checkName } from '../model/names.js'
import type { AnyTask } from '../model/task-definition.js'
import { parseSchedule } from '../schedule/parse-schedule.js'
import type { ScheduleObject } from '../schedule/schedule-object.js'
import type { Connection } from './connection.js'
import type { JobMaker } from './job-maker.js'
import { defineSchedule, type ScheduleOptions } from './schedule-options.js'
import { type ScheduleView, viewSchedule } from './schedule-view.js'
import { ScheduleWriter, type WriteStatus } from './schedule-writer.js'

/** A schedule, and what making it did. */
export interface ScheduleOutcome extends ScheduleView {
  readonly status: WriteStatus
}

/** What the making of schedules needs. */
export interface TaskSchedulerParts<Tx> {
  readonly connection: Connection<Tx>
  readonly clock: Clock
  readonly ids: IdMaker
  readonly maker: JobMaker
}

/** Checks what should happen when, and puts it on record. */
export class TaskScheduler<Tx> {
  readonly #connection: Connection<Tx>
  readonly #maker: JobMaker
  readonly #writer: ScheduleWriter

  constructor({ connection, clock, ids, maker }: TaskSchedulerParts<Tx>) {
    this.#connection = connection
    this.#maker = maker
    this.#writer = new ScheduleWriter({ clock, ids })
  }

  async schedule(
    name: string,
    expression: string | ScheduleObject,
    task: AnyTask,
    payload: unknown,
    options: ScheduleOptions,
  ): Promise<ScheduleOutcome> {
    checkName('schedule', name)
    const defaults = this.#maker.defaultsOf(task)
    const encoded = await this.#maker.encodePayload(task, payload)
    const { timeZone = 'UTC', ifExists = 'update', paused, signal } = options
    // Read here also for its errors: whoever writes the schedule should hear of them, not whoever fires it.
    const { expression: text } = parseSchedule(expression, { timeZone })
    const definition = defineSchedule(text, task, encoded, defaults, options)
    const { schedules } = await this.#connection.open(signal)
    const { status, record } = await this.#writer.write(schedules, { name, definition, paused, ifExists }, signal)
    return { status, ...viewSchedule(record) }
  }

  async pause(
    name: string,
    paused: boolean,
    signal: AbortSignal | undefined,
  ): Promise<'changed' | 'unchanged' | 'unknown'> {
    const { schedules } = await this.#connection.open(signal)
    return this.#writer.pause(schedules, name, paused, signal)
  }
}
