import { isAbsolute } from 'node:path'
import type { Clock } from '../model/clock.js'
import { checkOptionNames } from '../model/option-names.js'
import type { DurationMs } from '../model/units.js'
import { systemClock } from '../time/system-clock.js'
import { childEnvironment } from './child-environment.js'
import { ChildRoom } from './child-room.js'
import type { ChildListener, ChildOptions, IsolatedChild, OutputStream } from './isolated-child.js'
import { ProcessChild } from './process-child.js'
import { ThreadChild } from './thread-child.js'

/** How the handler of one file is run apart from this program. */
export interface IsolatedRunnerOptions {
  /** What errors call it, such as `task "orders:process-order"`. */
  readonly what: string
  /** The file that exports the handler: ESM or CommonJS that Node runs as it is. Absolute. */
  readonly file: string
  /** Module and export: the handler is what follows the first dot. @defaultValue `'index.default'` */
  readonly handler?: string | undefined
  /**
   * `process`: the limit of memory counts everything and holds, and whatever happens stays in there. `thread`: starts faster and takes
   * less, but the limit counts the heap alone. @defaultValue `'process'`
   */
  readonly kind?: 'process' | 'thread' | undefined
  /** What one attempt may take, in bytes; at least 32 MiB. */
  readonly memoryBytes: number
  /** The variables of the handler. */
  readonly environment?: Readonly<Record<string, string>> | undefined
  /** Names of variables that it gets from this process too. @defaultValue none, beside those that hold no secrets: see `childEnvironment` */
  readonly inherit?: readonly string[] | undefined
  /** The working directory of a process. @defaultValue that of this process */
  readonly folder?: string | undefined
  /** Children that are kept ready; 0 to 10. @defaultValue 0: the first is started on demand, and kept for `idleMs` */
  readonly warm?: number | undefined
  /** Children at one time; more attempts wait. One of its own, or a room that it shares with others. @defaultValue as `childrenMaxHere` says */
  readonly childrenMax?: number | ChildRoom | undefined
  /** How long a handler may take, from its call: neither waiting nor the start of its child counts. null: for ever. @defaultValue null */
  readonly timeoutMs?: DurationMs | null | undefined
  /** From the abort of an attempt's signal until its child is killed. @defaultValue 500, half of what a worker waits for handlers of its own */
  readonly graceMs?: DurationMs | undefined
  /** How long the import of the file may take. @defaultValue 30,000 */
  readonly loadTimeoutMs?: DurationMs | undefined
  /** How long a child that nobody needs is kept. @defaultValue 60,000 */
  readonly idleMs?: DurationMs | undefined
  /** Hears what a child prints while it runs no attempt; the rest is in the logs of the jobs. */
  readonly onOutput?: ((stream: OutputStream, line: string) => void) | undefined
  readonly clock?: Clock | undefined
  /** Starts a child; for tests. @defaultValue as `kind` says */
  readonly startChild?: StartChild | undefined
}

/** Starts a child that has not loaded anything yet. */
export type StartChild = (options: ChildOptions, listener: ChildListener, clock: Clock) => IsolatedChild

/** Options with every default filled in and checked. */
export interface ResolvedRunnerOptions {
  readonly what: string
  readonly handler: string
  readonly child: ChildOptions
  readonly warm: number
  readonly room: ChildRoom
  readonly timeoutMs: DurationMs | null
  readonly graceMs: DurationMs
  readonly loadTimeoutMs: DurationMs
  readonly idleMs: DurationMs
  readonly onOutput: (stream: OutputStream, line: string) => void
  readonly clock: Clock
  readonly startChild: StartChild
}

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof IsolatedRunnerOptions>([
  'what',
  'file',
  'handler',
  'kind',
  'memoryBytes',
  'environment',
  'inherit',
  'folder',
  'warm',
  'childrenMax',
  'timeoutMs',
  'graceMs',
  'loadTimeoutMs',
  'idleMs',
  'onOutput',
  'clock',
  'startChild',
])

/** A Node that does nothing takes 7 MB for itself, and a heap below 24 MB is no use to anybody. */
const MEMORY_BYTES_MIN = 32 * 1024 * 1024

const startOfKind: Readonly<Record<'process' | 'thread', StartChild>> = {
  process: (options, listener, clock) => new ProcessChild(options, listener, clock),
  thread: (options, listener) => new ThreadChild(options, listener),
}

/** Fills in and checks; the only reader of raw options. */
export function resolveRunnerOptions(options: IsolatedRunnerOptions): ResolvedRunnerOptions {
  const { what, handler = 'index.default', kind = 'process', memoryBytes } = options
  checkOptionNames(`isolated ${what}`, options, OPTION_NAMES)
  checkFile(what, options.file)
  if (!/^[^.]+(\.[^.]+)+$/.test(handler)) {
    throw new TypeError(
      `${what}: handler: expected "<module>.<export>" such as "index.default", got ${JSON.stringify(handler)}`,
    )
  }
  if (!Object.hasOwn(startOfKind, kind)) {
    throw new TypeError(`${what}: kind: expected "process" or "thread", got ${JSON.stringify(kind)}`)
  }
  const number = (name: string, value: number, min: number, max = Number.MAX_SAFE_INTEGER): number =>
    checkNumber(`${what}: ${name}`, value, min, max)
  return Object.freeze({
    what,
    handler,
    child: {
      environment: childEnvironment(process.env, options.environment ?? {}, options.inherit ?? []),
      memoryBytes: number('memoryBytes', memoryBytes, MEMORY_BYTES_MIN),
      folder: options.folder ?? process.cwd(),
    },
    warm: number('warm', options.warm ?? 0, 0, 10),
    room: roomOf(options.childrenMax, (count) => number('childrenMax', count, 1)),
    timeoutMs: options.timeoutMs == null ? null : number('timeoutMs', options.timeoutMs, 1),
    graceMs: number('graceMs', options.graceMs ?? 500, 0),
    loadTimeoutMs: number('loadTimeoutMs', options.loadTimeoutMs ?? 30_000, 1),
    idleMs: number('idleMs', options.idleMs ?? 60_000, 0),
    onOutput: options.onOutput ?? ignoreOutput,
    clock: options.clock ?? systemClock,
    startChild: options.startChild ?? startOfKind[kind],
  })
}

function roomOf(given: IsolatedRunnerOptions['childrenMax'], check: (count: number) => number): ChildRoom {
  if (given instanceof ChildRoom) return given
  return given === undefined ? new ChildRoom() : new ChildRoom(check(given))
}

export function checkFile(what: string, file: string): void {
  if (!isAbsolute(file)) throw new TypeError(`${what}: file: expected an absolute path, got ${JSON.stringify(file)}`)
}

function checkNumber(what: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`
  throw new TypeError(`${what}: expected a whole number ${range}, got ${String(value)}`)
}

function ignoreOutput(): void {
  // nobody asked for it
}
