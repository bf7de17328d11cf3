import type { CallArguments } from '../model/job-options.js'
import type { AnyTask, TaskDefinition } from '../model/task-definition.js'
import type { ScheduleObject } from '../schedule/schedule-object.js'
import type { ControlOptions } from './queue-control.js'
import type { DeclarationOptions } from './schedule-options.js'

/** One schedule of a set that is declared as a whole; plain data. `defineSchedule` makes it with the types of its task. */
export interface DeclaredSchedule {
  readonly name: string
  readonly expression: string | ScheduleObject
  readonly task: AnyTask
  /** undefined: its jobs are given none. */
  readonly payload?: unknown
  readonly options?: DeclarationOptions | undefined
}

/** Whose set is declared. */
export interface DeclareOptions extends ControlOptions {
  /** Whoever declares the set, the same at every deploy: 1 to 128 printable characters, such as the name of an app. */
  readonly owner: string
}

/** What declaring a set did: the names of its schedules, and of those that it no longer has. */
export interface DeclareOutcome {
  readonly created: readonly string[]
  readonly updated: readonly string[]
  readonly unchanged: readonly string[]
  readonly removed: readonly string[]
}

/**
 * One schedule for `rota.schedules.declare`, with what `rota.schedule` takes:
 * `defineSchedule('nightly', '0 3 * * *', report, { of: 'day' }, { timeZone: 'Europe/Amsterdam' })`. Stores nothing by itself.
 */
export function defineSchedule<Wire>(
  name: string,
  expression: string | ScheduleObject,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- neither what the handler gets nor what it gives matters here
  task: TaskDefinition<Wire, any, any, any>,
  ...[payload, options]: CallArguments<NoInfer<Wire>, DeclarationOptions>
): DeclaredSchedule {
  return Object.freeze({ name, expression, task, payload, options })
}
