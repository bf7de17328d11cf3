import type { JobOptions } from '../model/job-options.js'
import type { AnyTask } from '../model/task-definition.js'
import type { JobHandle } from './job-handle.js'

/** A job that is about to be enqueued, before anything of it was checked. */
export interface EnqueueRequest {
  readonly task: AnyTask
  readonly payload: unknown
  readonly options: JobOptions
}

/**
 * Runs around every enqueue: `next` does the rest and gives the handle. Pass it another request to change the job, such as
 * one with more headers; throw to refuse it. Must call `next` once and return what it gives.
 */
export type EnqueueMiddleware = (
  request: EnqueueRequest,
  next: (request: EnqueueRequest) => Promise<JobHandle>,
) => Promise<JobHandle>

/** Stores one request; what the innermost `next` calls. */
export type Store = (request: EnqueueRequest) => Promise<JobHandle>

/** Wraps `store` into `middleware`, the first outermost. */
export function withMiddleware(store: Store, middleware: readonly EnqueueMiddleware[]): Store {
  return middleware.reduceRight<Store>((inner, layer) => {
    return async (request) => {
      let isCalled = false
      const handle: unknown = await layer(request, async (changed) => {
        if (isCalled) throw new TypeError('enqueue middleware: expected next to be called once, got a second call')
        isCalled = true
        return inner(changed)
      })
      if (isHandle(handle)) return handle
      const got = isCalled ? typeof handle : 'no call of next'
      throw new TypeError(`enqueue middleware: expected what next() gives to be returned, got ${got}`)
    }
  }, store)
}

/** Stores many requests in one go; handle *i* belongs to request *i*. */
export type StoreAll = (requests: readonly EnqueueRequest[]) => Promise<readonly JobHandle[]>

/**
 * Takes many requests through middleware and stores them together: each layer sees its jobs one by one, and `storeAll` runs
 * when the last of them has arrived. When a layer refuses one, nothing is stored.
 */
export async function storeTogether(
  requests: readonly EnqueueRequest[],
  middleware: readonly EnqueueMiddleware[],
  storeAll: StoreAll,
): Promise<readonly JobHandle[]> {
  const gathering = new Gathering(requests.length, storeAll)
  const handles = requests.map(async (request, index) => {
    return withMiddleware((changed) => gathering.arrive(changed, index), middleware)(request)
  })
  try {
    return await Promise.all(handles)
  } catch (error) {
    gathering.refuse(error)
    await Promise.allSettled(handles)
    throw error
  }
}

/** Requests on their way to one common store call. */
class Gathering {
  readonly #requests: EnqueueRequest[]
  readonly #storeAll: StoreAll
  readonly #stored: Promise<readonly JobHandle[]>
  #missing: number
  #resolve!: (handles: Promise<readonly JobHandle[]>) => void
  #reject!: (error: unknown) => void

  constructor(count: number, storeAll: StoreAll) {
    this.#requests = new Array<EnqueueRequest>(count)
    this.#missing = count
    this.#storeAll = storeAll
    this.#stored = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Whoever arrives hears of a failure; when nobody does, the refusal itself is what the caller is told.
    this.#stored.catch(() => undefined)
  }

  async arrive(request: EnqueueRequest, index: number): Promise<JobHandle> {
    this.#requests[index] = request
    this.#missing -= 1
    if (this.#missing === 0) this.#resolve(this.#storeAll(this.#requests))
    const handle = (await this.#stored)[index]
    if (handle === undefined)
      throw new Error(`enqueue: expected ${this.#requests.length} outcomes, got none for job ${index}`)
    return handle
  }

  /** The refused request never arrives, so that nothing is stored. */
  refuse(error: unknown): void {
    this.#reject(error)
  }
}

function isHandle(value: unknown): value is JobHandle {
  return typeof value === 'object' && value !== null && 'id' in value && 'status' in value
}
