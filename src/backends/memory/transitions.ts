import { isFinished, nextState, type JobAction, type JobState } from '../../model/job-state.js'
import type { Commit } from './commit.js'
import { appendEvent } from './event-log.js'
import { laneOf, queueOf, type Counter, type MemoryState, type StoredJob } from './state.js'

/** Puts a job on record in the state that it starts in. */
export function enter(commit: Commit, job: StoredJob): void {
  const { state } = commit
  state.jobs.set(job.id, job)
  state.jobsBySeq.set(job.seq, job)
  if (!isFinished(job.state)) holdKey(state, job)
  place(commit, job)
  count(state, job, job.state, 1, 1)
  announce(commit, job, job.state)
}

/**
 * Moves a job along the table of `model/job-state.ts`, and with it whatever waits for it. The only way in which a job changes
 * its state: `change` sets the other fields while the job is in no index.
 */
export function move(commit: Commit, job: StoredJob, action: JobAction, change?: (job: StoredJob) => void): void {
  shift(commit, job, action, change)
  if (isFinished(job.state)) releaseChildren(commit, job)
}

/** Resolves the edges to whatever waits for a job that has ended or will be deleted now. */
export function releaseChildren(commit: Commit, job: StoredJob): void {
  // A list instead of recursion: a chain of dependants can be longer than the stack is deep.
  const ended = [job]
  for (const parent of ended) {
    for (const edge of parent.children.values()) {
      if (edge.resolved) continue
      edge.resolved = true
      const { child } = edge
      child.waitsFor -= 1
      if (child.state !== 'blocked') continue
      if (parent.state === 'completed' || edge.otherwise === 'run') {
        if (child.waitsFor > 0) continue
        shift(commit, child, 'unblock', () => becomeDue(child, Math.max(child.dueAt, commit.now)))
      } else {
        shift(commit, child, 'strand', () => (child.failure = 'unreachable'))
        ended.push(child)
      }
    }
  }
}

/** Changes the place of a job that stays in its state. */
export function replace(commit: Commit, job: StoredJob, change: () => void): void {
  displace(commit.state, job)
  change()
  place(commit, job)
}

/** Takes a job off the record with its edges. */
export function leave(commit: Commit, job: StoredJob): void {
  const { state } = commit
  displace(state, job)
  if (!isFinished(job.state)) freeKey(state, job)
  for (const edge of job.parents.values()) edge.parent.children.delete(job.id)
  for (const edge of job.children.values()) edge.child.parents.delete(job.id)
  state.jobs.delete(job.id)
  state.jobsBySeq.delete(job.seq)
  count(state, job, job.state, -1, 0)
  announce(commit, job, 'deleted')
}

/** Gives a job that is in no index its place among the waiting ones. */
export function becomeDue(job: StoredJob, at: number): void {
  job.dueAt = at
  job.visibleAt = at
}

function shift(
  commit: Commit,
  job: StoredJob,
  action: JobAction,
  change: ((job: StoredJob) => void) | undefined,
): void {
  const { state, now } = commit
  const from = job.state
  const to = nextState(from, action)
  if (to === null) throw new Error(`job "${job.id}" cannot ${action} while it is ${from}: rota has a defect`)
  displace(state, job)
  job.state = to
  change?.(job)
  if (from === 'running') endLease(commit, job)
  if (isFinished(to)) finish(commit, job)
  else if (isFinished(from)) holdKey(state, job)
  job.finishedAt = isFinished(to) ? now : null
  if (to !== 'pending' && to !== 'running') job.visibleAt = null
  place(commit, job)
  count(state, job, from, -1, 0)
  count(state, job, to, 1, 1)
  announce(commit, job, to)
}

function endLease(commit: Commit, job: StoredJob): void {
  job.workerId = null
  job.cancelRequested = false
  commit.state.cancelRequests.delete(job)
  // A place under the fleet-wide limit may have become free.
  commit.queues.add(job.queue)
}

function finish(commit: Commit, job: StoredJob): void {
  job.suspect = false
  freeKey(commit.state, job)
}

function holdKey(state: MemoryState, job: StoredJob): void {
  if (job.uniqueKey !== null) state.uniqueKeys.set(job.uniqueKey, job)
}

function freeKey(state: MemoryState, job: StoredJob): void {
  if (job.uniqueKey !== null) state.uniqueKeys.delete(job.uniqueKey)
}

function place(commit: Commit, job: StoredJob): void {
  const queue = queueOf(commit.state, job.queue)
  if (job.state === 'pending') {
    laneOf(queue, job).add(job)
    commit.queues.add(job.queue)
  } else if (job.state === 'running') {
    queue.leases.add(job)
    queue.running.add(job)
  } else queue[job.state].add(job)
}

function displace(state: MemoryState, job: StoredJob): void {
  const queue = queueOf(state, job.queue)
  if (job.state === 'pending') laneOf(queue, job).delete(job)
  else if (job.state === 'running') {
    queue.leases.delete(job)
    queue.running.delete(job)
  } else queue[job.state].delete(job)
}

function announce(commit: Commit, job: StoredJob, state: JobState | 'deleted'): void {
  appendEvent(commit.state.events, { at: commit.now, id: job.id, queue: job.queue, task: job.task, state })
  commit.hints.add('events')
}

function count(state: MemoryState, job: StoredJob, of: JobState, change: number, entered: number): void {
  let tasks = state.counters.get(job.queue)
  if (tasks === undefined) state.counters.set(job.queue, (tasks = new Map<string, Record<JobState, Counter>>()))
  let counters = tasks.get(job.task)
  if (counters === undefined) tasks.set(job.task, (counters = zeros()))
  counters[of].count += change
  counters[of].total += entered
}

function zeros(): Record<JobState, Counter> {
  const zero = (): Counter => ({ count: 0, total: 0 })
  return { blocked: zero(), pending: zero(), running: zero(), completed: zero(), failed: zero(), cancelled: zero() }
}
