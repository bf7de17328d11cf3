import { encode } from '../codec/encode.js'
import { encodeHeaders } from '../codec/headers.js'
import { withStamp } from '../codec/stamp.js'
import { validateInput } from '../codec/validate-input.js'
import type { Clock, IdMaker } from '../model/clock.js'
import { DUE_NOW, dueAt, type Due, type EncodedValue, type NewJob, type Parent } from '../model/job.js'
import type { JobOptions } from '../model/job-options.js'
import { checkName, keyProblem } from '../model/names.js'
import { checkOptionNames } from '../model/option-names.js'
import type { AnyTask } from '../model/task-definition.js'
import { checkMaxTries, checkPriority } from '../model/task-options.js'
import type { EpochMs } from '../model/units.js'
import { parseDuration } from '../time/duration.js'
import type { EnqueueOptions } from './enqueue-options.js'
import { toInstant } from './instant.js'
import { type TaskDefaults, TaskDefaultsCache } from './task-defaults.js'
import { scopedKey } from './unique-key.js'

/** What may stand among the options of one job; `tx` and `signal` are for whoever stores it. */
const OPTION_NAMES: ReadonlySet<string> = new Set<keyof EnqueueOptions>([
  'at',
  'deadline',
  'delay',
  'headers',
  'id',
  'maxTries',
  'priority',
  'queue',
  'signal',
  'tx',
  'unique',
])

const NO_PARENTS: readonly Parent[] = Object.freeze([])

/**
 * Turns what a caller says into a job that a store can take: checked, encoded, with every default filled in.
 * Whatever is wrong is said here, before anything is written.
 */
export class JobMaker {
  readonly #clock: Clock
  readonly #ids: IdMaker
  readonly #defaults = new TaskDefaultsCache()

  constructor(parts: { readonly clock: Clock; readonly ids: IdMaker }) {
    this.#clock = parts.clock
    this.#ids = parts.ids
  }

  /** What every job of the task has in common; a `TypeError` for what is no task. */
  defaultsOf(task: AnyTask): TaskDefaults {
    return this.#defaults.get(task)
  }

  /** A promise only where the schema of the task needs one. The payload is taken as it is now. */
  make(task: AnyTask, payload: unknown, options: JobOptions | undefined): NewJob | Promise<NewJob> {
    const defaults = this.#defaults.get(task)
    const encoded = this.encodePayload(task, payload)
    if (encoded instanceof Promise) return encoded.then((value) => this.#assemble(task, defaults, value, options))
    return this.#assemble(task, defaults, encoded, options)
  }

  /** Checks a payload by the schema of its task; what is stored is what was passed, not what the schema made of it. */
  encodePayload(task: AnyTask, payload: unknown): EncodedValue | null | Promise<EncodedValue | null> {
    const defaults = this.#defaults.get(task)
    const plain = payload === undefined ? null : encode(payload, defaults.payload)
    const encoded = defaults.stamp === null ? plain : withStamp(plain, defaults.stamp)
    if (task.input === undefined) return encoded
    const parsed: unknown = validateInput(task.input, payload, defaults.input)
    return parsed instanceof Promise ? parsed.then(() => encoded) : encoded
  }

  #assemble(
    task: AnyTask,
    defaults: TaskDefaults,
    payload: EncodedValue | null,
    options: JobOptions | undefined,
  ): NewJob {
    if (options !== undefined) return this.#assembleWith(task, defaults, payload, options)
    return {
      id: this.#ids.next(),
      task: task.name,
      queue: defaults.queue,
      priority: defaults.priority,
      payload,
      headers: null,
      due: DUE_NOW,
      deadline: defaults.deadlineMs === null ? null : this.#clock.now() + defaults.deadlineMs,
      maxTries: null,
      uniqueKey: null,
      tick: null,
      parents: NO_PARENTS,
    }
  }

  #assembleWith(task: AnyTask, defaults: TaskDefaults, payload: EncodedValue | null, options: JobOptions): NewJob {
    checkOptionNames('enqueue', options, OPTION_NAMES)
    const { id, queue = defaults.queue, priority = defaults.priority, maxTries = null, unique } = options
    const problem = id === undefined ? null : keyProblem('job id', id)
    if (problem !== null) throw new TypeError(problem)
    if (options.queue !== undefined) checkName('queue', queue)
    if (options.priority !== undefined) checkPriority('enqueue', priority)
    if (maxTries !== null) checkMaxTries('enqueue', maxTries)
    const due = dueOf(options)
    return {
      id: id ?? this.#ids.next(),
      task: task.name,
      queue,
      priority,
      payload,
      headers: encodeHeaders(options.headers),
      due,
      deadline: this.#deadlineOf(options.deadline ?? defaults.deadlineMs, due),
      maxTries,
      uniqueKey: unique === undefined ? null : scopedKey(unique, task.name, queue),
      tick: null,
      parents: NO_PARENTS,
    }
  }

  #deadlineOf(deadline: JobOptions['deadline'] | null, due: Due): EpochMs | null {
    if (deadline === null || deadline === undefined) return null
    if (deadline instanceof Date) return toInstant(deadline, 'deadline')
    return dueAt(due, this.#clock.now()) + parseDuration(deadline, 'deadline')
  }
}

function dueOf({ delay, at }: JobOptions): Due {
  if (delay !== undefined && at !== undefined) throw new TypeError('enqueue: expected delay or at, got both')
  if (at !== undefined) return { at: toInstant(at, 'at') }
  if (delay === undefined) return DUE_NOW
  const inMs = parseDuration(delay, 'delay')
  return inMs === 0 ? DUE_NOW : { inMs }
}
