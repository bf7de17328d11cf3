import type { Clock } from '../model/clock.js'
import type { JobLog } from '../model/handler-context.js'
import { checkOptionNames } from '../model/option-names.js'
import type { TaskTracer } from '../observe/task-span.js'

/** What a Tasker hands to its handlers. */
export interface TaskerOptions<Deps> {
  /** Whatever handlers need, or a function that makes it: called once, with the first event that has a handler. @defaultValue undefined */
  readonly deps?: Deps | (() => Deps | Promise<Deps>)
  /** Where warnings go, and the log of every handler. @defaultValue the console */
  readonly log?: JobLog
  /** Gets a span for every task. @defaultValue the OpenTelemetry tracer of the process */
  readonly tracer?: TaskTracer
  /** Where `variable` looks last. @defaultValue `process.env` */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** For tests: another time than that of this machine. */
  readonly clock?: Clock
}

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof TaskerOptions<unknown>>([
  'clock',
  'deps',
  'env',
  'log',
  'tracer',
])

/** Throws a `TypeError` for options that no Tasker reads. */
export function checkTaskerOptions(options: object): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`Tasker: expected options, got ${options === null ? 'null' : typeof options}`)
  }
  checkOptionNames('Tasker', options, OPTION_NAMES)
}

/** What handlers are given, made when it is first needed; a failure to make it is the first caller's, and tried again by the next. */
export class Dependencies<Deps> {
  readonly #given: TaskerOptions<Deps>['deps']
  #made: Promise<Deps> | undefined

  constructor(given: TaskerOptions<Deps>['deps']) {
    this.#given = given
  }

  get(): Promise<Deps> {
    this.#made ??= this.#make().catch((error: unknown) => {
      this.#made = undefined
      throw error
    })
    return this.#made
  }

  async #make(): Promise<Deps> {
    // A class of dependencies that is itself a function would be called here: hand it over inside an object.
    return typeof this.#given === 'function' ? (this.#given as () => Deps | Promise<Deps>)() : (this.#given as Deps)
  }
}
