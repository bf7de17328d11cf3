import { routesOfConfig } from '../../app/config-routes.js'
import { putRoutes, type RouteStore } from '../../app/route-records.js'
import type { Rota } from '../../app/rota.js'
import type { DeclaredSchedule, DeclareOutcome } from '../../client/declared-schedule.js'
import type { AppConfig, StackCron } from '../../config/app-config.js'
import type { AnyTask } from '../../model/task-definition.js'
import { fleetLimits } from './fleet-limits.js'

/** What declaring the stacks of an app did to its schedules. */
export interface StacksOutcome {
  readonly crons: DeclareOutcome
}

/**
 * Puts on record what a config says, so that all programs on the store know: where calls go, how many jobs of a queue may run at one
 * time, what is to happen when. Saying the same again changes nothing.
 */
export async function declareStacks(
  config: AppConfig,
  parts: {
    readonly rota: Pick<Rota, 'schedules' | 'queues'>
    readonly routes: RouteStore
    readonly taskOf: (record: string) => AnyTask
    readonly signal: AbortSignal | undefined
  },
): Promise<StacksOutcome> {
  const { rota, routes, signal, taskOf } = parts
  await putRoutes(routes, config.app, routesOfConfig(config), signal)
  for (const [queue, concurrency] of fleetLimits(config).queues)
    await rota.queues.set(queue, { concurrency }, { signal })
  const declared = config.stacks.flatMap(({ crons }) => crons.map((cron) => scheduleOf(cron, taskOf(cron.task))))
  return { crons: await rota.schedules.declare(declared, { owner: `stacks:${config.app}`, signal }) }
}

function scheduleOf(cron: StackCron, task: AnyTask): DeclaredSchedule {
  const { enabled, hasPayload, maxTries, payload, record, schedule, timeZone } = cron
  const options = { timeZone, paused: !enabled, ...(maxTries === null ? {} : { maxTries }) }
  return { name: record, expression: schedule, task, options, ...(hasPayload ? { payload } : {}) }
}
