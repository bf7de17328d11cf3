import { routesOfConfig } from '../../app/config-routes.js'
import { putRoutes, type RouteStore } from '../../app/route-records.js'
import type { Rota } from '../../app/rota.js'
import type { DeclaredSchedule, DeclareOutcome } from '../../client/declared-schedule.js'
import type { ScheduleView } from '../../client/schedule-view.js'
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
  const owner = `stacks:${config.app}`
  const disabled = await disabledCrons(rota.schedules, owner, signal)
  const declared = config.stacks.flatMap(({ crons }) =>
    crons.map((cron) => scheduleOf(cron, taskOf(cron.task), disabled.has(cron.record))),
  )
  return { crons: await rota.schedules.declare(declared, { owner, signal }) }
}

/** Stands in the store, for people and for the next start, which has to tell a pause of the config from one of an operator. */
const DISABLED = 'disabled in its config'

/** The crons that the config before had disabled. */
async function disabledCrons(
  schedules: Rota['schedules'],
  owner: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  let after: string | null = null
  do {
    const page: readonly ScheduleView[] = await schedules.list({ owner, signal, ...(after === null ? {} : { after }) })
    for (const { description, name } of page) if (description === DISABLED) found.add(name)
    after = page.at(-1)?.name ?? null
  } while (after !== null)
  return found
}

/** What an operator has paused stays paused, whoever starts meanwhile; what the config had disabled goes on when it says so no more. */
function scheduleOf(cron: StackCron, task: AnyTask, wasDisabled: boolean): DeclaredSchedule {
  const { enabled, hasPayload, maxTries, payload, record, schedule, timeZone } = cron
  const options = {
    timeZone,
    ...(enabled ? {} : { description: DISABLED, paused: true }),
    ...(enabled && wasDisabled ? { paused: false } : {}),
    ...(maxTries === null ? {} : { maxTries }),
  }
  return { name: record, expression: schedule, task, options, ...(hasPayload ? { payload } : {}) }
}
