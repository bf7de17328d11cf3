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
      const ended = runner.run(event, context as HandlerContext).then(
        () => undefined,
        (error: unknown) => context.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      )
      await Promise.race([ended, giveUp])
      over.abort()
    },
  })
}
