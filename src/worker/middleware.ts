import type { HandlerContext, RunningJob } from '../model/handler-context.js'

/**
 * Runs around the handler of every task: `next` runs the rest and gives what the handler gives. May run it once at most;
 * what it returns or throws stands for the handler's own outcome.
 */
export type Middleware = (job: RunningJob, next: () => Promise<unknown>) => Promise<unknown>

/** A handler as the runner calls it, whatever its types were. */
export type Run = (input: unknown, context: HandlerContext) => unknown

/** Wraps `run` into `middleware`, the first outermost; without any it is `run` itself and costs nothing. */
export function withMiddleware(run: Run, middleware: readonly Middleware[]): Run {
  return middleware.reduceRight(wrap, run)
}

function wrap(inner: Run, layer: Middleware): Run {
  return (input, context) => {
    let called = false
    return layer(context.job, async () => {
      if (called)
        throw new TypeError(`middleware: next() may be called once, got a second call for job ${context.job.id}`)
      called = true
      return inner(input, context)
    })
  }
}
