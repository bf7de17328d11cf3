import type { HandlerContext, JobInHand } from '../model/handler-context.js'

/** What may differ between a context and the one that it comes from. */
export type ContextChanges = Partial<Pick<HandlerContext, 'job' | 'log' | 'signal'>>

/** The context of the same attempt with another job, log or signal. What a context has is made when it is first read, here too. */
export function derivedContext(context: HandlerContext, changes: ContextChanges): HandlerContext {
  return {
    get signal() {
      return changes.signal ?? context.signal
    },
    get job() {
      return changes.job ?? context.job
    },
    get log() {
      return changes.log ?? context.log
    },
    get fence() {
      return context.fence
    },
    progress: (value) => context.progress(value),
    again: (next) => context.again(next),
    snooze: (until) => context.snooze(until),
    cancel: (reason) => context.cancel(reason),
  }
}

/** The same job with more headers, and where `complete` is given, with that in place of its own. */
export function withHeaders(
  job: JobInHand,
  headers: Readonly<Record<string, string>>,
  complete: JobInHand['complete'] = job.complete,
): JobInHand {
  const changed = { ...job, headers: Object.freeze({ ...job.headers, ...headers }) }
  // What it can do is not part of what it is, and so not copied with it.
  return Object.freeze(Object.defineProperty(changed, 'complete', { value: complete, enumerable: false }))
}
