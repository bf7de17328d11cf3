import { checkName } from '../model/names.js'
import type { AnyTask } from '../model/task-definition.js'
import { parseSchedule } from '../schedule/parse-schedule.js'
import type { Connection } from './connection.js'
import type { JobMaker } from './job-maker.js'
import { defineSchedule, type ScheduleOptions } from './schedule-options.js'
import { type ScheduleView, viewSchedule } from './schedule-view.js'
import type { ScheduleWriter, WriteStatus } from './schedule-writer.js'

/** A schedule, and what making it did. */
export interface ScheduleOutcome extends ScheduleView {
  readonly status: WriteStatus
}

/** Checks what should happen when, and puts it on record. */
export class TaskScheduler<Tx> {
  readonly #connection: Connection<Tx>
  readonly #maker: JobMaker
  readonly #writer: ScheduleWriter

  constructor(connection: Connection<Tx>, maker: JobMaker, writer: ScheduleWriter) {
    this.#connection = connection
    this.#maker = maker
    this.#writer = writer
  }

  async schedule(
    name: string,
    expression: string,
    task: AnyTask,
    payload: unknown,
    options: ScheduleOptions,
  ): Promise<ScheduleOutcome> {
    checkName('schedule', name)
    const defaults = this.#maker.defaultsOf(task)
    const encoded = await this.#maker.encodePayload(task, payload)
    const { timeZone = 'UTC', ifExists = 'update', paused, signal } = options
    // Read once for its errors: whoever writes the schedule should hear of them, not whoever fires it.
    parseSchedule(expression, { timeZone })
    const definition = defineSchedule(expression, task, encoded, defaults, options)
    const { schedules } = await this.#connection.open(signal)
    const { status, record } = await this.#writer.write(schedules, { name, definition, paused, ifExists }, signal)
    return { status, ...viewSchedule(record) }
  }
}
