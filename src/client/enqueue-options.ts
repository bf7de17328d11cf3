import type { JobOptions } from '../model/job-options.js'
import type { TaskCall } from '../model/task-definition.js'
import type { JobHandle } from './job-handle.js'

/** What an enqueue takes beside the jobs. */
export interface WriteOptions<Tx> {
  /**
   * The transaction of yours that the jobs belong to: they exist when it commits, and never when it does not.
   * Does not compile on a store without transactions, nor on `createRota({ url })`.
   */
  readonly tx?: Tx | undefined
  readonly signal?: AbortSignal | undefined
}

/** What may be said about one job and how it is enqueued. */
export interface EnqueueOptions<Tx = never> extends JobOptions, WriteOptions<Tx> {}

/** How many jobs are enqueued in one call. */
export interface BatchOptions<Tx = never> extends WriteOptions<Tx> {
  /**
   * All or nothing. What a store takes at a time always is; above that a call is split, which this refuses with
   * `BATCH_TOO_LARGE`. @defaultValue `false`
   */
  readonly atomic?: boolean
}

/** The handles of a list of calls, each with the result of its own task. */
export type HandlesOf<Calls extends readonly TaskCall[]> = {
  readonly [Index in keyof Calls]: Calls[Index] extends TaskCall<infer Result> ? JobHandle<Result> : never
}
