import type { Parent } from '../model/job.js'
import type { Call } from './call.js'

/**
 * Who waits for whom. Edges are made by `jobs.enqueue` and resolved by whatever ends a parent.
 *
 * Law 13. A blocked job becomes claimable when its last parent completes. If a parent ends otherwise the job becomes
 * `failed: unreachable`, and so do its own dependants, at once; or it runs anyway where the edge says so. An edge is a
 * record of its own and is resolved once.
 */
export interface EdgeStore {
  /** The edges of jobs in both directions; an unknown job has none. */
  get(params: { readonly ids: readonly string[] } & Call): Promise<readonly JobEdges[]>
}

/** The edges of one job. */
export interface JobEdges {
  readonly parents: readonly (Parent & { readonly resolved: boolean })[]
  readonly children: readonly (Parent & { readonly resolved: boolean })[]
}
