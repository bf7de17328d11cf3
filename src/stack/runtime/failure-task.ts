import { derivedContext, withHeaders } from '../../handlers/derived-context.js'
import { FAILURE_HEADER } from '../../handlers/failure-header.js'
import type { HandlerContext } from '../../model/handler-context.js'
import { type FailureReport, task, type TaskDefinition } from '../../model/task-definition.js'
import { failureRecord } from './failure-record.js'
import type { FunctionRunner } from './function-runner.js'
import type { ResourceNames } from './resource-names.js'

/** A failure that nobody has handled is a failure that nobody knows of, so there is more patience than with any task. */
const TRIES = 10

/**
 * The task that hands failed jobs to the on-failure function. It is tried again like any other, and cannot loop: what fails of that
 * which an on-failure function has started, however far away, is on record as failed and is not handed to it again.
 */
export function failureTask(
  name: string,
  parts: { readonly runner: FunctionRunner; readonly names: ResourceNames; readonly timeoutMs: number | null },
): TaskDefinition<FailureReport> {
  const { names, runner, timeoutMs } = parts
  return task<FailureReport>(name, {
    maxTries: TRIES,
    ...(timeoutMs === null ? {} : { timeout: timeoutMs }),
    run: async (report, context) => {
      const { job, log } = context
      const origin = job.headers[FAILURE_HEADER]
      if (origin !== undefined) {
        log.warn(`not handed on: the job was started while the failure of job ${origin} was handled`)
        return undefined
      }
      const record = failureRecord(report, job, names)
      if (record === null) return undefined
      return runner.run(record, marked(context, record.id))
    },
  })
}

/** The context of a handler of failures: jobs that are started below it carry the id of the one that failed. */
function marked(context: HandlerContext, id: string): HandlerContext {
  return derivedContext(context, { job: withHeaders(context.job, { [FAILURE_HEADER]: id }) })
}
