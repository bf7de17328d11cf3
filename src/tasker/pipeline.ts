import { checkFunction } from './handler-table.js'
import type { AfterFilter, BeforeFilter, TaskContext, TaskEnd, TaskHandler, TaskMiddleware } from './task-handler.js'

/** What runs around the handlers of a Tasker: filters before, then middleware, then the handler, then filters after. */
export class Pipeline<Deps> {
  readonly #before: BeforeFilter<Deps, unknown>[] = []
  readonly #middleware: TaskMiddleware<Deps, unknown>[] = []
  readonly #after: AfterFilter<Deps, unknown>[] = []

  before<Event>(filter: BeforeFilter<Deps, Event>): void {
    checkFunction('before', filter)
    this.#before.push(filter as BeforeFilter<Deps, unknown>)
  }

  use<Event>(middleware: TaskMiddleware<Deps, Event>): void {
    checkFunction('use', middleware)
    this.#middleware.push(middleware as TaskMiddleware<Deps, unknown>)
  }

  after<Event>(filter: AfterFilter<Deps, Event>): void {
    checkFunction('after', filter)
    this.#after.push(filter as AfterFilter<Deps, unknown>)
  }

  /** Resolves and rejects as the last filter wants, which is as the handler does unless one of them says otherwise. */
  async run(handler: TaskHandler<unknown, Deps>, given: unknown, context: TaskContext<Deps>): Promise<unknown> {
    let event = given
    let end: TaskEnd
    try {
      for (const filter of this.#before) event = (await filter(event, context)) ?? event
      end = { result: await this.#around(handler, 0, context)(event) }
    } catch (error) {
      end = { error }
    }
    for (const filter of this.#after) end = (await filter(end, event, context)) ?? end
    if ('error' in end) throw end.error
    return end.result
  }

  #around(handler: TaskHandler<unknown, Deps>, index: number, context: TaskContext<Deps>) {
    return async (event: unknown): Promise<unknown> => {
      const layer = this.#middleware[index]
      if (layer === undefined) return handler(event, context)
      let called = false
      return layer(event, context, async (changed = event) => {
        if (called) throw new TypeError('middleware: expected next to be called once, got a second call')
        called = true
        return this.#around(handler, index + 1, context)(changed)
      })
    }
  }
}
