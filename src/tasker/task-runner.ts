import type { JobLog } from '../model/handler-context.js'
import { inSpan, tracerOfProcess } from '../observe/task-span.js'
import type { Pipeline } from './pipeline.js'
import type { Invocation, TaskHandler } from './task-handler.js'
import { Dependencies, type TaskerOptions } from './tasker-options.js'

/** A handler, whatever event it takes. */
export type AnyHandler<Deps> = TaskHandler<never, Deps>

/** One call of a handler. */
export interface TaskCall {
  readonly event: unknown
  readonly signal: AbortSignal
  readonly log: JobLog
  readonly invocation: Invocation
}

/** Calls handlers: in a span, with their dependencies, behind filters and middleware; and counts how they end. */
export class TaskRunner<Deps> {
  readonly #options: TaskerOptions<Deps>
  readonly #pipeline: Pipeline<Deps>
  readonly #deps: Dependencies<Deps>
  handled = 0
  failed = 0

  constructor(options: TaskerOptions<Deps>, pipeline: Pipeline<Deps>) {
    this.#options = options
    this.#pipeline = pipeline
    this.#deps = new Dependencies(options.deps)
  }

  async run(handler: AnyHandler<Deps>, { event, signal, log, invocation }: TaskCall): Promise<unknown> {
    const tracer = this.#options.tracer ?? tracerOfProcess()
    const { name, fallThrough } = invocation
    try {
      const result = await inSpan(tracer, { name: name ?? 'without a name', fallThrough }, async () => {
        const context = { signal, deps: await this.#deps.get(), log, tracer, invocation }
        return this.#pipeline.run(handler as TaskHandler<unknown, Deps>, event, context)
      })
      this.handled += 1
      return result
    } catch (error) {
      this.failed += 1
      throw error
    }
  }
}
