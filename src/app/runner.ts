import type { Clock } from '../model/clock.js'
import { TerminateError } from '../model/errors.js'
import type { HandlerContext } from '../model/handler-context.js'
import { isOutcome, type Outcome } from '../model/outcome.js'
import type { DurationInput, TaskPolicy } from '../model/policy.js'
import type { Row, RowParams, RowResult } from '../model/row.js'
import { task, type TaskDefinition } from '../model/task-definition.js'
import type { DurationMs } from '../model/units.js'
import { parseDuration } from '../time/duration.js'

/** How one iteration of a row ended. */
export interface Iteration<Params extends RowParams = RowParams> {
  /** Whether the row is done. */
  readonly completed: boolean
  /** What changes in the params of the row. Left out or null: nothing does. */
  readonly newParams?: Partial<Params> | null | undefined
  /**
   * When the next iteration is due, in milliseconds since 1970; says nothing about a row that is completed. Left out, null
   * or nearer than `pause`: after the `pause` of the runner.
   */
  readonly newTargetTimestamp?: number | Date | null | undefined
}

/**
 * Does one iteration of the rows of its type: gets the row, says whether it is done. What it throws is tried again, and kept
 * with the row. It may also return what `again`, `snooze` and `cancel` of the context make; `again({ params })` replaces.
 */
export type Runner<Params extends RowParams = RowParams> = (
  row: Row<Params>,
  context: HandlerContext<Params>,
) => Iteration<Params> | Outcome | Promise<Iteration<Params> | Outcome>

/** How the rows of one type are run. */
export interface RunnerOptions extends TaskPolicy {
  /** `replace`: `newParams` are all the params there are from then on. @defaultValue `'merge'`, member by member, one level deep */
  readonly params?: 'merge' | 'replace'
  /** The least time between two iterations of a row. 1 ms or more. @defaultValue `'1 second'` */
  readonly pause?: DurationInput
}

interface Rules {
  readonly replaces: boolean
  readonly pauseMs: DurationMs
  readonly clock: Pick<Clock, 'now'>
}

/** Makes the task that runs rows of a type. Throws a `TypeError` for what is no runner. */
export function runnerTask<Params extends RowParams>(
  type: string,
  run: Runner<Params>,
  { params = 'merge', pause = '1 second', ...policy }: RunnerOptions,
  clock: Pick<Clock, 'now'>,
): TaskDefinition<Params, Params, RowResult<Params>> {
  const what = `runner ${JSON.stringify(type)}`
  if (typeof run !== 'function') throw new TypeError(`${what}: expected a function, got ${typeof run}`)
  if (params !== 'merge' && params !== 'replace') {
    throw new TypeError(`${what}: params: expected "merge" or "replace", got ${JSON.stringify(params)}`)
  }
  const pauseMs = parseDuration(pause, `${what}: pause`, { minMs: 1 })
  const rules: Rules = { replaces: params === 'replace', pauseMs, clock }
  return task<Params, RowResult<Params> | Outcome>(type, {
    ...policy,
    async run(given, context) {
      // A job may have been given no payload at all.
      const held = (given as Params | undefined) ?? ({} as Params)
      const returned = await run({ id: context.job.id, completed: false, type, params: held }, context)
      return isOutcome(returned) ? returned : outcomeOf(returned, held, context, rules)
    },
  })
}

function outcomeOf<Params extends RowParams>(
  returned: unknown,
  held: Params,
  context: HandlerContext<Params>,
  { replaces, pauseMs, clock }: Rules,
): RowResult<Params> | Outcome {
  const { completed, newParams, newTargetTimestamp } = checkIteration(returned, `runner "${context.job.task}"`)
  const params = (newParams == null ? held : replaces ? newParams : { ...held, ...newParams }) as Params
  if (completed) return { completed, params }
  const earliest = clock.now() + pauseMs
  return context.again({ params, at: Math.max(Number(newTargetTimestamp ?? 0), earliest) })
}

/** To run it again would do its work again and end in the same way. */
function checkIteration(returned: unknown, what: string): Iteration {
  if (typeof returned !== 'object' || returned === null) {
    throw new TerminateError(`${what}: expected { completed, newParams, newTargetTimestamp }, got ${typeof returned}`)
  }
  const { completed, newParams, newTargetTimestamp } = returned as Partial<Record<keyof Iteration, unknown>>
  if (typeof completed !== 'boolean') {
    throw new TerminateError(`${what}: completed: expected true or false, got ${typeof completed}`)
  }
  if (newParams != null && (typeof newParams !== 'object' || Array.isArray(newParams))) {
    throw new TerminateError(`${what}: newParams: expected an object or null, got ${typeof newParams}`)
  }
  const isInstant = typeof newTargetTimestamp === 'number' || newTargetTimestamp instanceof Date
  if (newTargetTimestamp != null && !(isInstant && Number.isFinite(Number(newTargetTimestamp)))) {
    throw new TerminateError(`${what}: newTargetTimestamp: expected milliseconds since 1970 or null, got no instant`)
  }
  return returned as Iteration
}
