import type { CommonOptions } from '../../app/rota-options.js'
import type { Rota } from '../../app/rota.js'
import { memory } from '../../backends/memory/memory-backend.js'
import type { EnqueueMiddleware } from '../../client/enqueue-middleware.js'
import type { DurationInput } from '../../model/policy.js'
import type { Backend } from '../../port/backend.js'
import { FakeClock } from '../../time/fake-clock.js'
import type { Middleware as RunMiddleware } from '../../worker/middleware.js'
import { mocks } from '../mocks/mocks.js'
import { GatedStore } from './gated-store.js'
import { insideHandler, isInsideHandler } from './inside-handler.js'
import { RunTally } from './run-counts.js'
import { TestSystem } from './test-system.js'

/** What a test may say about its system, whatever that is made of. */
export interface TestOptions extends Pick<CommonOptions, 'logger' | 'middleware' | 'worker' | 'scheduler'> {
  /** What time it is at first. @defaultValue 2025-01-01T00:00:00Z */
  readonly now?: Date | undefined
  /**
   * `true`: whoever enqueues waits until the job has run, and those that it starts, and is told what the first handler threw. Jobs
   * whose time has not come wait as ever. @defaultValue false
   */
  readonly inline?: boolean | undefined
  /** How long `advance` really waits for a handler before it lets time pass while that runs. @defaultValue `'1 second'` */
  readonly patience?: DurationInput | undefined
}

/** What a rota is given so that a test can see and steer it. */
export interface SteeredOptions extends Pick<
  CommonOptions,
  'logger' | 'middleware' | 'worker' | 'scheduler' | 'telemetry'
> {
  readonly backend: Backend
  readonly clock: FakeClock
}

/** Everything of a system but its rota; `systemOf` puts it around one that was made with `options`. */
export function steer({ inline = false, middleware = {}, now, patience, worker, ...common }: TestOptions): {
  readonly options: SteeredOptions
  readonly systemOf: (rota: Rota, close: () => Promise<void>) => TestSystem
} {
  let system: TestSystem | undefined
  const clock = new FakeClock(now?.getTime())
  const store = new GatedStore(memory({ clock }), clock)
  const tally = new RunTally()
  const { enqueue = [], run = [] } = middleware
  const options: SteeredOptions = {
    ...common,
    backend: store.backend,
    clock,
    telemetry: false,
    middleware: {
      enqueue: inline ? [drainsOnEnqueue(() => system), ...enqueue] : enqueue,
      run: [...run, runsMocks(() => system)],
    },
    worker: {
      ...worker,
      attemptEvents: true,
      onEvent: (event) => {
        tally.hear(event)
        worker?.onEvent?.(event)
      },
    },
  }
  const systemOf = (rota: Rota, close: () => Promise<void>): TestSystem =>
    (system = new TestSystem({ rota, clock, store, tally, patience, close }))
  return { options, systemOf }
}

/** Runs the mock of a job's task, where there is one, in place of its handler. */
function runsMocks(system: () => TestSystem | undefined): RunMiddleware {
  return (job, next) =>
    insideHandler(async () => {
      const mock = mocks.get('Task', job.task)
      if (mock === undefined) return next()
      const view = await system()?.rota.get(job.id)
      return mock(view?.payload)
    })
}

/** Runs what was enqueued before its caller goes on; what a handler enqueues is run by whoever waits for that handler. */
function drainsOnEnqueue(system: () => TestSystem | undefined): EnqueueMiddleware {
  return async (request, next) => {
    const handle = await next(request)
    if (!isInsideHandler()) await system()?.drain({ throws: true })
    return handle
  }
}
