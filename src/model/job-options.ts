import type { Priority } from './job.js'
import type { DurationInput } from './policy.js'
import type { EpochMs } from './units.js'

/** What a caller may say about one job; what is left out comes from its task. */
export interface JobOptions {
  /** Start not before so long from now: milliseconds or a duration such as `'10 minutes'`. Not together with `at`. */
  readonly delay?: DurationInput
  /** Start not before this instant; one in the past means now. Not together with `delay`. */
  readonly at?: Date | EpochMs
  /** 1 is claimed first, 5 last. */
  readonly priority?: Priority
  /** At most one live job of its scope holds this key: while there is one, enqueuing answers with that job and `duplicate`. */
  readonly unique?: string | UniqueKey
  /** The job must have started by this instant, or so long after it became due; otherwise it fails as `expired`. */
  readonly deadline?: Date | DurationInput
  /** Attempts that may fail before the job does; 1 to 1,000,000. */
  readonly maxTries?: number
  /** 1 to 128 printable characters. Enqueuing an id again while its record lives changes nothing. @defaultValue a new UUIDv7 */
  readonly id?: string
  /** Text that travels with the job, such as a trace context; together at most 16 KiB. */
  readonly headers?: Readonly<Record<string, string>>
  /** Another queue than the task's own. */
  readonly queue?: string
}

/** A unique key and where it must be unique: among the jobs of its task, of its queue, or of the whole store. */
export interface UniqueKey {
  /** 1 to 128 printable characters. */
  readonly key: string
  /** @defaultValue `'task'` */
  readonly scope?: 'task' | 'queue' | 'global'
}

/** Payload and options of one call: the payload may be left out where the task takes none. */
export type CallArguments<Wire, Options> = undefined extends Wire
  ? [payload?: Wire, options?: Options]
  : [payload: Wire, options?: Options]
