import { derivedContext, withHeaders } from '../../handlers/derived-context.js'
import { ERROR_LOG_HEADER } from '../../handlers/error-log-header.js'
import type { Clock } from '../../model/clock.js'
import type { HandlerContext } from '../../model/handler-context.js'
import { task, type TaskDefinition } from '../../model/task-definition.js'
import type { DurationMs } from '../../model/units.js'
import type { ErrorLogEvent } from './error-log-event.js'
import type { FunctionRunner } from './function-runner.js'

/** How long before its time-out a function that hangs is given up. */
const MARGIN_MS: DurationMs = 1_000

/**
 * The task that hands error events to the on-error-log function. What that function throws is written to the log of its job and goes
 * no further, and when it hangs it is left behind: to tell of errors must not make errors.
 */
export function errorLogTask(
  name: string,
  parts: { readonly runner: FunctionRunner; readonly clock: Pick<Clock, 'sleep'>; readonly timeoutMs: DurationMs },
): TaskDefinition<ErrorLogEvent> {
  const { clock, runner, timeoutMs } = parts
  return task<ErrorLogEvent>(name, {
    maxTries: 1,
    run: async (event, context) => {
      const over = new AbortController()
      const giveUp = clock.sleep(Math.max(timeoutMs - MARGIN_MS, MARGIN_MS), over.signal).then(
        () => context.log.error('given up: it has not ended shortly before its time-out'),
        () => undefined,
      )
      const ended = runner.run(event, marked(context as HandlerContext, event)).then(
        () => undefined,
        (error: unknown) => context.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      )
      await Promise.race([ended, giveUp])
      over.abort()
    },
  })
}

/** The context of a handler of errors: jobs that are started below it carry the id of the one that told of an error. */
function marked(context: HandlerContext, event: unknown): HandlerContext {
  const { job } = context
  // Anybody may put a message into the way of errors.
  const isEvent = typeof event === 'object' && event !== null && 'requestId' in event
  const origin = isEvent && typeof event.requestId === 'string' ? event.requestId : job.id
  return derivedContext(context, { job: withHeaders(job, { [ERROR_LOG_HEADER]: origin }) })
}
