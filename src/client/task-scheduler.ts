import type { Clock, IdMaker } from '../model/clock.js'
import { checkName, keyProblem } from '../model/names.js'
import type { AnyTask } from '../model/task-definition.js'
import { parseSchedule } from '../schedule/parse-schedule.js'
import type { ScheduleObject } from '../schedule/schedule-object.js'
import type { Connection } from './connection.js'
import type { DeclaredSchedule, DeclareOptions, DeclareOutcome } from './declared-schedule.js'
import type { JobMaker } from './job-maker.js'
import { type ManualRun, runNow } from './run-now.js'
import { resolveDefinition } from './schedule-definition.js'
import type { ScheduleOptions } from './schedule-options.js'
import { declareSet } from './schedule-set.js'
import { type ScheduleView, viewSchedule } from './schedule-view.js'
import { type ScheduleIntent, ScheduleWriter, type WriteStatus } from './schedule-writer.js'

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
  readonly #parts: TaskSchedulerParts<Tx>
  readonly #writer: ScheduleWriter

  constructor(parts: TaskSchedulerParts<Tx>) {
    this.#parts = parts
    this.#writer = new ScheduleWriter(parts)
  }

  async schedule(
    name: string,
    expression: string | ScheduleObject,
    task: AnyTask,
    payload: unknown,
    options: ScheduleOptions,
  ): Promise<ScheduleOutcome> {
    const { signal } = options
    const intent = await this.#intent({ name, expression, task, payload }, options, null)
    const { schedules } = await this.#parts.connection.open(signal)
    const [written] = await this.#writer.write(schedules, [intent], signal)
    if (written === undefined) throw new Error(`expected the store to answer for schedule "${name}", got nothing`)
    return { status: written.status, ...viewSchedule(written.record) }
  }

  async declare(declared: readonly DeclaredSchedule[], options: DeclareOptions): Promise<DeclareOutcome> {
    checkDeclaration(declared, options)
    const { owner, signal } = options
    const problem = keyProblem('declare: owner', owner)
    if (problem !== null) throw new TypeError(problem)
    const intents = new Map<string, ScheduleIntent>()
    for (const one of declared) {
      const intent = await this.#intent(one, one.options ?? {}, owner)
      if (intents.has(one.name)) throw new TypeError(`declare: expected each name once, got "${one.name}" twice`)
      intents.set(one.name, intent)
    }
    const { schedules } = await this.#parts.connection.open(signal)
    return declareSet(schedules, this.#writer, { owner, intents: [...intents.values()] }, signal)
  }

  async runNow(name: string, signal: AbortSignal | undefined): Promise<ManualRun> {
    const { schedules } = await this.#parts.connection.open(signal)
    return runNow(schedules, this.#parts, name, signal)
  }

  async pause(
    name: string,
    paused: boolean,
    signal: AbortSignal | undefined,
  ): Promise<'changed' | 'unchanged' | 'unknown'> {
    const { schedules } = await this.#parts.connection.open(signal)
    return this.#writer.pause(schedules, name, paused, signal)
  }

  /** What a caller said, checked: whoever writes the schedule should hear of what is wrong, not whoever fires it. */
  async #intent(
    { name, expression, task, payload }: DeclaredSchedule,
    options: ScheduleOptions,
    owner: string | null,
  ): Promise<ScheduleIntent> {
    checkName('schedule', name)
    const { clock, maker } = this.#parts
    const defaults = maker.defaultsOf(task)
    const encoded = await maker.encodePayload(task, payload)
    const { timeZone = 'UTC', dialect = 'auto', dst, ifExists = 'update', paused } = options
    const read = parseSchedule(expression, { timeZone, dialect, ...(dst === undefined ? {} : { dst }) })
    const parts = { expression: read.expression, task, payload: encoded, defaults, owner, now: clock.now() }
    return { name, definition: resolveDefinition(parts, options), paused, ifExists }
  }
}

/** For programs without types: what is left out should be named. */
function checkDeclaration(declared: unknown, options: unknown): void {
  if (!Array.isArray(declared)) throw new TypeError(`declare: expected a list of schedules, got ${typeof declared}`)
  if (typeof options === 'object' && options !== null) return
  throw new TypeError(`declare: expected options with an owner, got ${options === null ? 'null' : typeof options}`)
}
