import type { Client } from '../client/client.js'
import type { FanOutOptions, InvokeOptions } from '../client/invoke-options.js'
import type { JobHandle } from '../client/job-handle.js'
import type { Invoker, ResourceName } from '../client/resource-proxies.js'
import type { ManualRun } from '../client/run-now.js'
import { ERROR_LOG_HEADER } from '../handlers/error-log-header.js'
import { FAILURE_HEADER } from '../handlers/failure-header.js'
import { currentContext } from '../handlers/function-scope.js'
import { RotaError } from '../model/errors.js'
import type { JobOptions } from '../model/job-options.js'
import { parseDuration } from '../time/duration.js'
import { type RouteBook, unknownEntry } from './route-book.js'

/** The parts of a rota that calls of proxies are made with. */
export type InvokingClient = Pick<Client<never>, 'enqueue' | 'schedules'>

/** Does what the proxies are asked for, with one rota. */
export class RotaInvoker implements Invoker {
  readonly #client: InvokingClient
  readonly #routes: RouteBook

  constructor(client: InvokingClient, routes: RouteBook) {
    this.#client = client
    this.#routes = routes
  }

  async enqueue(name: ResourceName, payload: unknown, options: InvokeOptions = {}): Promise<JobHandle> {
    const [target] = await this.#routes.find(name)
    if (target === undefined) throw new Error(`${name.written}: expected one task to enqueue, got none`)
    const { signal, ...said } = options
    return this.#client.enqueue(target.task, payload, { ...jobOptions(said, target.queue), signal })
  }

  async enqueueAll(
    name: ResourceName,
    payloads: readonly unknown[],
    options: FanOutOptions = {},
  ): Promise<readonly JobHandle[]> {
    const targets = await this.#routes.find(name)
    const { signal, ...said } = options
    if ('id' in said) throw new TypeError(`${name.written}: expected no id for several jobs, got one`)
    const calls = payloads.flatMap((payload) =>
      targets.map(({ task, queue }) => task.with(payload, jobOptions(said, queue))),
    )
    return calls.length === 0 ? [] : this.#client.enqueue(calls, { atomic: true, signal })
  }

  async run(name: ResourceName): Promise<ManualRun> {
    const { schedules } = this.#client
    const [origin] = Object.keys(originHeaders())
    if (origin !== undefined) {
      // The job of a cron is the schedule's, and cannot carry where it came from.
      const what = origin === FAILURE_HEADER ? 'a failure is handled' : 'an error is told'
      throw new TypeError(`${name.written}: expected no cron to be run while ${what}, call its task in place of it`)
    }
    try {
      return await schedules.runNow(name.record)
    } catch (error) {
      if (!RotaError.is(error) || error.code !== 'SCHEDULE_UNKNOWN') throw error
      const known = await schedules.list()
      throw unknownEntry(
        name,
        known.map((schedule) => schedule.name),
      )
    }
  }
}

/** `schedule` is a length of time or an instant; the rest is as for any job. */
function jobOptions({ schedule, ...options }: Omit<InvokeOptions, 'signal'>, queue: string): JobOptions {
  const when = schedule === undefined ? {} : timeOf(schedule)
  const origins = originHeaders()
  const headers = Object.keys(origins).length === 0 ? {} : { headers: { ...options.headers, ...origins } }
  return { queue, ...options, ...when, ...headers }
}

/** A mistake in it is told in the words of the caller. */
function timeOf(schedule: NonNullable<InvokeOptions['schedule']>): Pick<JobOptions, 'at' | 'delay'> {
  return schedule instanceof Date ? { at: schedule } : { delay: parseDuration(schedule, 'schedule') }
}

/** What tells handlers of failures and errors apart from what they hear of: neither may be told, however far away, of what it has started. */
const ORIGINS = [FAILURE_HEADER, ERROR_LOG_HEADER] as const

/** The jobs whose failure or error is being handled by the code that runs, however far away. */
function originHeaders(): Readonly<Record<string, string>> {
  const headers = currentContext()?.job.headers ?? {}
  return Object.fromEntries(
    ORIGINS.flatMap((name) => {
      const origin = headers[name]
      return origin === undefined ? [] : [[name, origin]]
    }),
  )
}
