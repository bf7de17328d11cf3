import type { Invoker } from '../../client/resource-proxies.js'
import { withInvoker } from '../../app/invoker-scope.js'
import { CALLS_VARIABLE, limitedInvoker } from '../../app/limited-invoker.js'
import type { FunctionConfig } from '../../config/app-config.js'
import { runFunction, type StackFunction } from '../../handlers/run-function.js'
import type { ChildRoom } from '../../isolation/child-room.js'
import { loadHandler } from '../../isolation/child/load-handler.js'
import { createIsolatedRunner, type IsolatedRunner } from '../../isolation/create-isolated-runner.js'
import type { Clock } from '../../model/clock.js'
import type { HandlerContext } from '../../model/handler-context.js'
import type { DurationMs } from '../../model/units.js'

/** How long an attempt waits whose function could not be built so far; it spends no try. */
const UNBUILT_MS: DurationMs = 1_000

/** One function of an app as something that runs. */
export interface FunctionRunner {
  /** Runs it once: returns what it returned, throws what it threw. */
  run(payload: unknown, context: HandlerContext<unknown>): Promise<unknown>
  /** Runs another file from the next attempt on; the first makes it able to run at all. Resolves once that file is at hand. */
  use(file: string): Promise<void>
  /** Waits for what runs, and lets go of every child. */
  close(): Promise<void>
}

/** What a function is run with. */
export interface FunctionRunnerParts {
  /** What errors call it: `task "orders:process-order"`. */
  readonly what: string
  readonly config: FunctionConfig
  /** The folder of the app: where it runs. */
  readonly folder: string
  /** Beside its own variables: where its store is. */
  readonly environment: Readonly<Record<string, string>>
  /** What `Task` uses below it. */
  readonly invoker: () => Invoker
  readonly clock: Clock
  /** Where its children live, with those of the other functions. */
  readonly room: ChildRoom
  /** Hears what a child prints outside of every attempt. */
  readonly onOutput: (line: string) => void
}

/** Makes the runner of a function, in a process or thread of its own or in this one. */
export function makeFunctionRunner(parts: FunctionRunnerParts): FunctionRunner {
  return parts.config.isolation === 'none' ? new LocalRunner(parts) : new ChildRunner(parts)
}

class ChildRunner implements FunctionRunner {
  readonly #parts: FunctionRunnerParts
  #runner: IsolatedRunner | null = null
  #isClosed = false

  constructor(parts: FunctionRunnerParts) {
    this.#parts = parts
  }

  async run(payload: unknown, context: HandlerContext<unknown>): Promise<unknown> {
    return this.#runner === null ? context.snooze(UNBUILT_MS) : this.#runner.run(payload, context)
  }

  async use(file: string): Promise<void> {
    if (this.#isClosed) return // it was still being built; its children would be nobody's
    if (this.#runner !== null) {
      this.#runner.use(file)
      return
    }
    const { clock, config, environment, folder, onOutput, room, what } = this.#parts
    this.#runner = createIsolatedRunner({
      what,
      file,
      handler: config.handler,
      kind: config.isolation === 'thread' ? 'thread' : 'process',
      memoryBytes: config.memoryBytes,
      environment: { ...environment, ...config.environment, ...callsVariable(config) },
      folder,
      warm: config.warm,
      childrenMax: room,
      timeoutMs: config.timeoutMs,
      onOutput: (_stream, line) => onOutput(line),
      clock,
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#runner?.close()
  }
}

/** A function that runs beside its worker: its time-out is the worker's, and its variables are those of this process. */
class LocalRunner implements FunctionRunner {
  readonly #parts: FunctionRunnerParts
  #handler: Promise<StackFunction> | null = null

  constructor(parts: FunctionRunnerParts) {
    this.#parts = parts
  }

  async run(payload: unknown, context: HandlerContext<unknown>): Promise<unknown> {
    if (this.#handler === null) return context.snooze(UNBUILT_MS)
    const { clock, config, invoker } = this.#parts
    const handler = await this.#handler
    const run = (): Promise<unknown> => runFunction(handler, payload, context, { clock, timeoutMs: config.timeoutMs })
    return withInvoker(config.calls === null ? invoker() : limitedInvoker(invoker(), config.calls), run)
  }

  async use(file: string): Promise<void> {
    this.#handler = loadHandler(file, this.#parts.config.handler)
    await this.#handler.catch(() => undefined) // every attempt is told why
  }

  async close(): Promise<void> {
    // What runs is the worker's, which has stopped by now.
  }
}

function callsVariable({ calls }: FunctionConfig): Readonly<Record<string, string>> {
  return calls === null ? {} : { [CALLS_VARIABLE]: calls.join(',') }
}
