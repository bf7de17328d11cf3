import type { Client } from '../client/client.js'
import type { FanOutOptions, InvokeOptions } from '../client/invoke-options.js'
import type { JobHandle } from '../client/job-handle.js'
import { readInvokeOptions } from '../client/read-invoke-options.js'
import type { Invoker, ResourceName } from '../client/resource-proxies.js'
import type { ManualRun } from '../client/run-now.js'
import { ERROR_LOG_HEADER } from '../handlers/error-log-header.js'
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

  async enqueue(name: ResourceName, payload: unknown, options?: InvokeOptions): Promise<JobHandle> {
    const { job, signal } = readInvokeOptions(name.written, options)
    const [target] = await this.#routes.find(name)
    if (target === undefined) throw new Error(`${name.written}: expected one task to enqueue, got none`)
    return this.#client.enqueue(target.task, payload, { ...jobOptions(job, target.queue), signal })
  }

  async enqueueAll(
    name: ResourceName,
    payloads: readonly unknown[],
    options?: FanOutOptions,
  ): Promise<readonly JobHandle[]> {
    const { job, signal } = readInvokeOptions(name.written, options)
    if ('id' in job) throw new TypeError(`${name.written}: expected no id for several jobs, got one`)
    const targets = await this.#routes.find(name)
    const calls = payloads.flatMap((payload) =>
      targets.map(({ task, queue }) => task.with(payload, jobOptions(job, queue))),
    )
    if (calls.length === 0) return []
    return this.#client.enqueue(calls, { atomic: true, signal }).catch((error: unknown) => {
      throw RotaError.is(error) && error.code === 'BATCH_TOO_LARGE' ? tooMany(name, error) : error
    })
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

/** Such calls store all of their jobs or none, which is what there is no way around. */
function tooMany({ written }: ResourceName, { facts, message }: RotaError): RotaError {
  const [what = ''] = message.split(';')
  return new RotaError('BATCH_TOO_LARGE', `${written}: ${what}; send them in several calls`, { facts })
}

function jobOptions(options: JobOptions, queue: string): JobOptions {
  const origins = originHeaders()
  const headers = Object.keys(origins).length === 0 ? {} : { headers: { ...options.headers, ...origins } }
  return { queue, ...options, ...headers }
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
