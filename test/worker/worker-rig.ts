import { memoryHandle } from '../../src/backends/memory/memory-backend.js'
import { newState } from '../../src/backends/memory/state.js'
import { encode } from '../../src/codec/encode.js'
import { RotaError } from '../../src/model/errors.js'
import type { JobRecord, NewJob } from '../../src/model/job.js'
import type { AnyTask } from '../../src/model/task-definition.js'
import type { Backend } from '../../src/port/backend.js'
import type { JobDetails } from '../../src/port/inspector.js'
import { newJob } from '../../src/testing/new-job.js'
import { FakeClock } from '../../src/time/fake-clock.js'
import { uuidMaker } from '../../src/time/ids.js'
import { seededRandom } from '../../src/time/random.js'
import type { WorkerEvent } from '../../src/worker/worker-event.js'
import type { WorkerOptions } from '../../src/worker/worker-options.js'
import { Worker } from '../../src/worker/worker.js'

/** The random numbers of every rig: print it when a test is about chance. */
export const SEED = 'worker-rig'

/** One call of a worker to its store. */
export interface SeenCall {
  readonly worker: string
  readonly name: string
  readonly params: Readonly<Record<string, unknown>>
  readonly at: number
}

/** What happens to a call: it fails with nothing done, fails although it was done, or is never answered. */
export type Fault = 'before' | 'after' | 'hang'

/** Workers on one store in memory, under a clock that the test moves, with every call in sight and in reach. */
export class WorkerRig {
  readonly clock = new FakeClock()
  readonly #state = newState()
  readonly store: Backend = memoryHandle(this.#state, this.clock)
  readonly events: WorkerEvent[] = []
  readonly calls: SeenCall[] = []
  readonly random = seededRandom(SEED)
  /** Decides over each call of each worker; null lets it through. */
  fault: (call: SeenCall) => Fault | null = () => null
  /** How long calls about jobs take to be answered; what they do is done at once. */
  latencyMs = 0
  readonly #dead = new Set<string>()
  #workers = 0

  /** A worker on a handle of its own; events of all workers go to `events`. */
  worker(tasks: readonly AnyTask[], options: Partial<WorkerOptions> = {}): Worker {
    this.#workers++
    const id = `worker-${this.#workers}`
    return new Worker({
      backend: this.#watch(id, memoryHandle(this.#state, options.clock ?? this.clock)),
      tasks,
      clock: this.clock,
      random: this.random,
      ids: uuidMaker(this.clock, this.random),
      node: { id, host: 'host', pid: 1 },
      onEvent: (event) => this.events.push(event),
      ...options,
    })
  }

  async started(tasks: readonly AnyTask[], options: Partial<WorkerOptions> = {}): Promise<Worker> {
    const worker = this.worker(tasks, options)
    await worker.start()
    await this.clock.settle()
    return worker
  }

  /** As if the process of a worker was gone: no call of it is made or answered from now on. */
  kill(worker: Worker): void {
    this.#dead.add(worker.id)
  }

  /** Enqueues one job of a task with a plain payload; returns its id. */
  async enqueue(task: AnyTask, payload?: unknown, fields: Partial<NewJob> = {}): Promise<string> {
    const job = newJob({
      task: task.name,
      queue: task.policy.queue ?? 'default',
      payload: payload === undefined ? null : encode(payload),
      ...fields,
    })
    await this.store.jobs.enqueue({ jobs: [job] })
    return job.id
  }

  async enqueueAll(task: AnyTask, count: number, fields: Partial<NewJob> = {}): Promise<string[]> {
    const ids: string[] = []
    for (let index = 0; index < count; index++) ids.push(await this.enqueue(task, index, fields))
    return ids
  }

  async job(id: string): Promise<JobRecord> {
    const [job] = await this.store.inspector.get({ ids: [id] })
    if (job === null || job === undefined) throw new Error(`expected a job ${id}, got none`)
    return job
  }

  async details(id: string): Promise<JobDetails> {
    const [details] = await this.store.inspector.details({ ids: [id] })
    if (details === null || details === undefined) throw new Error(`expected details of job ${id}, got none`)
    return details
  }

  /** Calls of one kind so far. */
  count(...names: readonly string[]): number {
    return this.calls.filter((call) => names.includes(call.name)).length
  }

  ofType<Type extends WorkerEvent['type']>(type: Type): Extract<WorkerEvent, { readonly type: Type }>[] {
    return this.events.filter((event): event is Extract<WorkerEvent, { readonly type: Type }> => event.type === type)
  }

  #watch(worker: string, backend: Backend): Backend {
    const watch = <Role extends object>(role: Role): Role =>
      new Proxy(role, {
        get: (target, key, receiver) => {
          const member: unknown = Reflect.get(target, key, receiver)
          if (typeof member !== 'function' || typeof key !== 'string') return member
          return (params: Readonly<Record<string, unknown>>) =>
            this.#call(
              { worker, name: key, params, at: this.clock.now() },
              () => member.call(target, params) as unknown,
            )
        },
      })
    return {
      ...backend,
      jobs: watch(backend.jobs),
      control: watch(backend.control),
      maintenance: watch(backend.maintenance),
    }
  }

  async #call(call: SeenCall, make: () => unknown): Promise<unknown> {
    if (this.#dead.has(call.worker)) return new Promise(() => undefined)
    this.calls.push(call)
    const fault = this.fault(call)
    if (fault === 'before') throw storeDown()
    if (fault === 'hang') return new Promise(() => undefined)
    const answer = await make()
    if (this.latencyMs > 0) await this.clock.sleep(this.latencyMs)
    if (fault === 'after') throw storeDown()
    return answer
  }
}

function storeDown(): RotaError {
  return new RotaError('BACKEND_UNAVAILABLE', 'the store is down, as the test wants it')
}
