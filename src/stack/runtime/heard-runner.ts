import { derivedContext } from '../../handlers/derived-context.js'
import type { HandlerContext, JobLog } from '../../model/handler-context.js'
import type { FunctionRunner } from './function-runner.js'

/** A line that a function wrote while it ran a job, by its log or by printing it. */
export interface FunctionLine {
  /** The task on record. */
  readonly task: string
  /** The id of the job. */
  readonly job: string
  readonly level: keyof JobLog
  readonly message: string
}

/** The same runner; `hear` is told every line, also those that the function's config does not want kept. */
export function heardRunner(
  record: string,
  runner: FunctionRunner,
  hear: (line: FunctionLine) => void,
): FunctionRunner {
  return {
    run: (payload, context) => {
      const tell = (level: keyof JobLog, message: string): void =>
        hear({ task: record, job: context.job.id, level, message })
      return runner.run(payload, derivedContext(context, { log: heardLog(context, tell) }))
    },
    use: (file) => runner.use(file),
    close: () => runner.close(),
  }
}

function heardLog({ log }: HandlerContext, tell: (level: keyof JobLog, message: string) => void): JobLog {
  const write =
    (level: keyof JobLog) =>
    (message: string): void => {
      log[level](message)
      tell(level, message)
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
