import { isFinished, JOB_STATES } from '../../model/job-state.js'
import { laneOf, queueOf, type MemoryState, type StoredJob } from './state.js'

/** Compares everything that is kept twice; see `Maintenance.verify`. */
export function verifyState(state: MemoryState): readonly string[] {
  return [...counterProblems(state), ...indexProblems(state), ...keyProblems(state), ...edgeProblems(state)]
}

function* counterProblems(state: MemoryState): Generator<string> {
  const recount = new Map<string, number>()
  const nameOf = (queue: string, task: string, of: string): string => `queue "${queue}", task "${task}", ${of}`
  for (const job of state.jobs.values()) {
    const name = nameOf(job.queue, job.task, job.state)
    recount.set(name, (recount.get(name) ?? 0) + 1)
  }
  for (const [queue, tasks] of state.counters) {
    for (const [task, counters] of tasks) {
      for (const of of JOB_STATES) {
        const name = nameOf(queue, task, of)
        const counted = recount.get(name) ?? 0
        const { count, total } = counters[of]
        if (count !== counted) yield `counter of ${name} says ${count}, a recount ${counted}`
        if (total < count) yield `counter of ${name} says ${count} now and ${total} ever`
      }
    }
  }
}

function* indexProblems(state: MemoryState): Generator<string> {
  for (const job of state.jobs.values()) {
    if (state.jobsBySeq.get(job.seq) !== job) yield `job "${job.id}" is not found by its number`
    if (!isPlaced(state, job)) yield `job "${job.id}" is ${job.state} but not in the index of that state`
  }
  let placed = 0
  for (const queue of state.queues.values()) {
    placed += queue.blocked.size + queue.running.size + queue.completed.size + queue.failed.size + queue.cancelled.size
    for (const lane of [...queue.lanes.values()].flat()) placed += lane.size
    if (queue.leases.size !== queue.running.size)
      yield `${queue.leases.size} leases for ${queue.running.size} running jobs`
  }
  if (placed !== state.jobs.size) yield `${placed} places for ${state.jobs.size} jobs`
}

function isPlaced(state: MemoryState, job: StoredJob): boolean {
  const queue = queueOf(state, job.queue)
  if (job.state === 'pending') return laneOf(queue, job).has(job)
  if (job.state === 'running') return queue.leases.has(job) && queue.running.has(job)
  return queue[job.state].has(job)
}

function* keyProblems(state: MemoryState): Generator<string> {
  for (const job of state.jobs.values()) {
    const holds = job.uniqueKey !== null && state.uniqueKeys.get(job.uniqueKey) === job
    if (holds === (job.uniqueKey === null || isFinished(job.state))) {
      yield `job "${job.id}" is ${job.state} and ${holds ? 'holds a' : 'does not hold its'} unique key`
    }
  }
  for (const [key, job] of state.uniqueKeys) {
    if (state.jobs.get(job.id) !== job) yield `unique key "${key}" is held by job "${job.id}", which is gone`
  }
}

function* edgeProblems(state: MemoryState): Generator<string> {
  for (const job of state.jobs.values()) {
    const unresolved = [...job.parents.values()].filter(({ resolved }) => !resolved)
    if (unresolved.length !== job.waitsFor)
      yield `job "${job.id}" waits for ${job.waitsFor} jobs, its edges say ${unresolved.length}`
    if (job.state === 'blocked' && unresolved.length === 0) yield `job "${job.id}" is blocked and waits for nobody`
    for (const { parent } of unresolved) {
      if (state.jobs.get(parent.id) !== parent || isFinished(parent.state)) {
        yield `job "${job.id}" waits for job "${parent.id}", which has ended or is gone`
      }
    }
  }
}
