import type { Client } from '../client/client.js'
import type { FanOutOptions, InvokeOptions } from '../client/invoke-options.js'
import type { JobHandle } from '../client/job-handle.js'
import type { Invoker, ResourceName } from '../client/resource-proxies.js'
import type { ManualRun } from '../client/run-now.js'
import { FAILURE_HEADER } from '../handlers/failure-header.js'
import { currentContext } from '../handlers/function-scope.js'
import { RotaError } from '../model/errors.js'
import type { JobOptions } from '../model/job-options.js'
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
    if (failureOrigin() !== undefined) {
      // The job of a cron is the schedule's, and cannot carry where it came from.
      throw new TypeError(
        `${name.written}: expected no cron to be run while a failure is handled, call its task in place of it`,
      )
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
  const when = schedule === undefined ? {} : schedule instanceof Date ? { at: schedule } : { delay: schedule }
  const origin = failureOrigin()
  // Whatever the handling of a failure has started, however far away, must not be handed to that handler when it fails.
  const headers = origin === undefined ? {} : { headers: { ...options.headers, [FAILURE_HEADER]: origin } }
  return { queue, ...options, ...when, ...headers }
}

/** The job whose failure is being handled by the code that runs, however far away; undefined: none. */
function failureOrigin(): string | undefined {
  return currentContext()?.job.headers[FAILURE_HEADER]
}
