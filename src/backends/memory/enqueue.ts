import { RotaError } from '../../model/errors.js'
import { dueAt, type EncodedValue, type NewJob } from '../../model/job.js'
import type { EnqueueOutcome } from '../../port/job-store.js'
import type { Commit } from './commit.js'
import type { MemoryState, StoredEdge, StoredJob } from './state.js'
import { enter } from './transitions.js'

/** Refuses jobs of which one waits for a job that nobody knows. Run before anything is written, so that a refusal is no half call. */
export function refuseUnknownParents(state: MemoryState, jobs: readonly NewJob[]): void {
  const earlier = new Set<string>()
  for (const job of jobs) {
    if (state.jobs.has(job.id) || earlier.has(job.id)) continue
    for (const { id } of job.parents) {
      if (state.jobs.has(id) || earlier.has(id)) continue
      const message = `job "${job.id}" waits for job "${id}", which is not on record; enqueue parents first, or in the same call before their children`
      throw new RotaError('PARENT_UNKNOWN', message, { facts: { id: job.id, parent: id } })
    }
    if (!isHeld(state, job)) earlier.add(job.id)
  }
}

/** Puts jobs on record that were checked before. */
export function insertJobs(commit: Commit, jobs: readonly NewJob[]): readonly EnqueueOutcome[] {
  return jobs.map((job) => insertJob(commit, job))
}

/** A copy, so that nobody can change what is on record from outside. */
export function copyValue(value: EncodedValue | null): EncodedValue | null {
  return value === null ? null : { json: value.json, note: value.note }
}

function insertJob(commit: Commit, given: NewJob): EnqueueOutcome {
  const { state } = commit
  if (state.jobs.has(given.id)) return { status: 'duplicate', id: given.id, by: 'id' }
  const holder = given.uniqueKey === null ? undefined : state.uniqueKeys.get(given.uniqueKey)
  if (holder !== undefined) return { status: 'duplicate', id: holder.id, by: 'unique' }
  const job = newStoredJob(commit, given)
  for (const { id, otherwise } of given.parents) {
    const parent = state.jobs.get(id)
    if (parent !== undefined) join(parent, job, otherwise)
  }
  if (job.failure !== null) {
    job.state = 'failed'
    job.finishedAt = commit.now
  } else if (job.waitsFor > 0) job.state = 'blocked'
  else job.visibleAt = job.dueAt
  enter(commit, job)
  return { status: 'inserted', id: job.id }
}

/** Makes an edge, resolved at once when the parent has finished. */
function join(parent: StoredJob, child: StoredJob, otherwise: StoredEdge['otherwise']): void {
  const resolved = parent.finishedAt !== null
  const edge: StoredEdge = { parent, child, otherwise, resolved }
  parent.children.set(child.id, edge)
  child.parents.set(parent.id, edge)
  if (!resolved) child.waitsFor += 1
  else if (parent.state !== 'completed' && otherwise === 'fail') child.failure = 'unreachable'
}

function isHeld(state: MemoryState, job: NewJob): boolean {
  return job.uniqueKey !== null && state.uniqueKeys.has(job.uniqueKey)
}

function newStoredJob({ state, now }: Commit, given: NewJob): StoredJob {
  state.lastSeq += 1
  return {
    seq: state.lastSeq,
    id: given.id,
    task: given.task,
    queue: given.queue,
    priority: given.priority,
    headers: given.headers,
    enqueuedAt: now,
    deadline: given.deadline,
    maxTries: given.maxTries,
    uniqueKey: given.uniqueKey,
    tick: given.tick === null ? null : { ...given.tick },
    state: 'pending',
    payload: copyValue(given.payload),
    dueAt: dueAt(given.due, now),
    visibleAt: null,
    finishedAt: null,
    claimedAt: 0,
    failure: null,
    cancelReason: null,
    cancelRequested: false,
    tries: 0,
    iterations: 0,
    fence: 0,
    settledFence: 0,
    suspect: false,
    workerId: null,
    result: null,
    error: null,
    progress: null,
    logs: [],
    logBytes: 0,
    steps: new Map(),
    errors: [],
    parents: new Map(),
    children: new Map(),
    waitsFor: 0,
  }
}
