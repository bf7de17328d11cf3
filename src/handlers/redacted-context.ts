import type { JobLog } from '../model/handler-context.js'
import { cleanThrown, type Clean } from './clean-thrown.js'
import type { FunctionContext } from './function-context.js'
import { inContext } from './function-scope.js'

/** The same context with a log and hooks that let no secret through: hooks run when the function is over, below the context around it. */
export function redactedContext<Event>(context: FunctionContext<Event>, clean: Clean): FunctionContext<Event> {
  const cleanLine = (message: unknown): string => clean(String(message))
  const log: JobLog = {
    debug: (message) => context.log.debug(cleanLine(message)),
    info: (message) => context.log.info(cleanLine(message)),
    warn: (message) => context.log.warn(cleanLine(message)),
    error: (message) => context.log.error(cleanLine(message)),
  }
  const hook = <Args extends readonly unknown[]>(callback: (...args: Args) => unknown): typeof callback => {
    if (typeof callback !== 'function') return callback // refused where it is added
    return async (...args) => {
      try {
        return await inContext(redacted as FunctionContext, () => callback(...args))
      } catch (error) {
        throw cleanThrown(error, clean)
      }
    }
  }
  const redacted: FunctionContext<Event> = Object.create(context, {
    log: { value: log },
    onSuccess: { value: (callback: (result: unknown) => unknown) => context.onSuccess(hook(callback)) },
    onFailure: { value: (callback: (error: unknown) => unknown) => context.onFailure(hook(callback)) },
    onFinally: { value: (callback: () => unknown) => context.onFinally(hook(callback)) },
  }) as FunctionContext<Event>
  return redacted
}
