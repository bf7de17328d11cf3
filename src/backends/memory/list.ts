import type { JobState } from '../../model/job-state.js'
import type { Inspector, ListParams } from '../../port/inspector.js'
import { recordOf } from './records.js'
import { PRIORITIES, type MemoryState, type StoredJob, type StoredQueue } from './state.js'

/** The place behind a job in the order of its state. */
interface Place {
  readonly state: JobState
  readonly priority: number
  readonly at: number
  readonly seq: number
}

/** One page of jobs; see `Inspector.list`. */
export function listJobs(state: MemoryState, params: ListParams): Awaited<ReturnType<Inspector['list']>> {
  const after = params.after === null ? null : openCursor(params.after, params.state)
  const queues = params.queue === undefined ? [...state.queues.values()] : [state.queues.get(params.queue)]
  const known = queues.filter((queue) => queue !== undefined)
  const found: StoredJob[] = []
  for (const job of walk(known, params, after)) {
    if (params.task !== undefined && job.task !== params.task) continue
    if (found.length === params.limit) return page(found, true)
    found.push(job)
  }
  return page(found, false)
}

function page(jobs: readonly StoredJob[], isFull: boolean): Awaited<ReturnType<Inspector['list']>> {
  const last = jobs.at(-1)
  return { jobs: jobs.map(recordOf), next: isFull && last !== undefined ? cursorOf(last) : null }
}

function walk(queues: readonly StoredQueue[], { state, task }: ListParams, after: Place | null): Iterable<StoredJob> {
  if (state === 'pending') return walkPending(queues, task, after)
  if (state === 'blocked' || state === 'running') {
    return merge(
      queues.map((queue) => queue[state].after(after)),
      (a, b) => a.seq - b.seq,
    )
  }
  const key = after === null ? null : { finishedAt: after.at, seq: after.seq }
  const latestFirst = (a: StoredJob, b: StoredJob): number => (b.finishedAt ?? 0) - (a.finishedAt ?? 0) || b.seq - a.seq
  return merge(
    queues.map((queue) => queue[state].before(key)),
    latestFirst,
  )
}

/** In the order in which they are claimed: by priority, and within one by the time at which they are due. */
function* walkPending(
  queues: readonly StoredQueue[],
  task: string | undefined,
  after: Place | null,
): Generator<StoredJob> {
  const lanesOfTasks = queues.flatMap((queue) => {
    const lanes = task === undefined ? [...queue.lanes.values()] : [queue.lanes.get(task)]
    return lanes.filter((one) => one !== undefined)
  })
  const bySoonest = (a: StoredJob, b: StoredJob): number => a.dueAt - b.dueAt || a.seq - b.seq
  for (let priority = after?.priority ?? 1; priority <= PRIORITIES; priority += 1) {
    const key = priority === after?.priority ? { visibleAt: after.at, seq: after.seq } : null
    const lanes = lanesOfTasks.flatMap((one) => [one[priority - 1], one[priority - 1 + PRIORITIES]])
    yield* merge(
      lanes.filter((lane) => lane !== undefined).map((lane) => lane.after(key)),
      bySoonest,
    )
  }
}

/** Walks several sorted walks as one. */
function* merge(
  walks: readonly Iterator<StoredJob, void>[],
  compare: (a: StoredJob, b: StoredJob) => number,
): Generator<StoredJob> {
  const heads = walks.flatMap((rest) => {
    const first = rest.next()
    return first.done === true ? [] : [{ job: first.value, rest }]
  })
  while (heads.length > 0) {
    const best = heads.reduce((a, b) => (compare(a.job, b.job) <= 0 ? a : b))
    yield best.job
    const next = best.rest.next()
    if (next.done === true) heads.splice(heads.indexOf(best), 1)
    else best.job = next.value
  }
}

function cursorOf({ state, priority, dueAt, finishedAt, seq }: StoredJob): string {
  return `${state}:${priority}:${finishedAt ?? dueAt}:${seq}`
}

function openCursor(cursor: string, state: JobState): Place {
  const parts = /^([a-z]+):([1-5]):(-?\d{1,16}):(\d{1,16})$/.exec(cursor)
  if (parts?.[1] !== state) {
    throw new TypeError(`inspector.list: after: expected a cursor of ${state} jobs, got ${JSON.stringify(cursor)}`)
  }
  return { state, priority: Number(parts[2]), at: Number(parts[3]), seq: Number(parts[4]) }
}
