import type { Clock, Timer } from '../model/clock.js'
import type { HandlerContext } from '../model/handler-context.js'
import type { DurationMs } from '../model/units.js'
import { type FunctionContext, functionContext } from './function-context.js'
import { inContext } from './function-scope.js'
import { Hooks } from './hooks.js'

/** The function of a stack as it is called, whatever its types are. */
export type StackFunction = (payload: unknown, context: FunctionContext) => unknown

/** How long before its end an attempt is told that it is about to time out, and the least that it gets until then. */
const WARNING_MS: DurationMs = 1_000

/** What the run of a function needs beside the function. */
export interface RunOptions {
  readonly clock: Pick<Clock, 'now' | 'setTimer'>
  /** What the attempt may take; null: for ever. */
  readonly timeoutMs: DurationMs | null
}

/**
 * Runs a function inside of its context: `getContext()` finds it, its hooks are called at the end, and shortly before the time-out
 * a line in its log says so. That line changes nothing: most that is slow still ends in time.
 */
export async function runFunction(
  run: StackFunction,
  payload: unknown,
  context: HandlerContext<never, never>,
  { clock, timeoutMs }: RunOptions,
): Promise<unknown> {
  const hooks = new Hooks((message) => context.log.error(message))
  const extended = functionContext(context, payload, hooks)
  let warning: Timer | null = null
  if (timeoutMs !== null) {
    const tell = (): void =>
      context.log.warn(`TimeoutError: still running, the attempt ends after ${timeoutMs / 1000} seconds`)
    warning = clock.setTimer(clock.now() + Math.max(timeoutMs - WARNING_MS, WARNING_MS), tell)
    warning.unref()
  }
  try {
    return await inContext(extended, () => hooks.around(() => run(payload, extended)))
  } finally {
    warning?.cancel()
  }
}
