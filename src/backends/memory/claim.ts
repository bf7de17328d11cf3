import type { Lease } from '../../model/lease.js'
import type { ClaimParams, ClaimResult } from '../../port/job-store.js'
import type { EpochMs } from '../../model/units.js'
import type { Commit } from './commit.js'
import { reclaimLeases } from './leases.js'
import { receiptOf } from './receipts.js'
import { PRIORITIES, type Lane, type MemoryState, type StoredJob, type StoredQueue } from './state.js'
import { move } from './transitions.js'

/** One queue that was asked for, and how many of its jobs may still be given. */
interface Source {
  readonly queue: StoredQueue
  /** The lanes of each priority, of the tasks that were asked for. */
  readonly lanes: readonly (readonly Lane[])[]
  readonly suspects: readonly (readonly Lane[])[]
  /** By what the worker can take now, and by what the fleet may still run. */
  room: number
  fleetRoom: number
}

/** Lends jobs out; see `JobStore.claim`. */
export function claimJobs(commit: Commit, params: ClaimParams): ClaimResult {
  const { state } = commit
  for (const { queue } of params.queues) {
    const known = state.queues.get(queue)
    if (known !== undefined) reclaimLeases(commit, known, Number.POSITIVE_INFINITY)
  }
  const sources = params.queues.flatMap((asked) => sourceOf(state, asked, params.tasks))
  const priorities = Array.from({ length: PRIORITIES }, (_, at) =>
    params.from === 'highest' ? at : PRIORITIES - 1 - at,
  )
  const suspect = params.suspects ? takeSuspect(commit, sources, priorities) : null
  const jobs = suspect === null ? takeJobs(commit, sources, priorities, params.limit) : [suspect]
  const leases = jobs.map((job) => lend(commit, job, params))
  return { leases, nextVisibleAt: earliest(sources, params.suspects) }
}

/** When a node that knows these tasks should look at these queues next; see `BeatResult.nextVisibleAt`. */
export function nextVisibleAt(
  state: MemoryState,
  { queues, tasks }: { readonly queues: readonly string[]; readonly tasks: readonly string[] },
): EpochMs | null {
  const sources = queues.flatMap((queue) => sourceOf(state, { queue, limit: Number.POSITIVE_INFINITY }, tasks))
  return earliest(sources, true)
}

function sourceOf(
  state: MemoryState,
  asked: ClaimParams['queues'][number],
  tasks: readonly string[],
): readonly Source[] {
  const queue = state.queues.get(asked.queue)
  if (queue === undefined) return []
  const settings = state.settings.get(asked.queue)
  const fleetRoom =
    settings?.paused === true ? 0 : (settings?.concurrency ?? Number.POSITIVE_INFINITY) - queue.running.size
  const known = tasks.flatMap((task) => queue.lanes.get(task) ?? [])
  const ofPriority = (first: number): Lane[][] =>
    Array.from({ length: PRIORITIES }, (_, at) =>
      known.filter((_lane, place) => place % (2 * PRIORITIES) === first + at),
    )
  return [
    {
      queue,
      lanes: ofPriority(0),
      suspects: ofPriority(PRIORITIES),
      room: Math.min(asked.limit, fleetRoom),
      fleetRoom,
    },
  ]
}

function takeSuspect(commit: Commit, sources: readonly Source[], priorities: readonly number[]): StoredJob | null {
  for (const priority of priorities) {
    for (const source of sources) {
      const lane = source.room > 0 ? dueLane(source.suspects[priority] ?? [], commit.now) : null
      const job = lane?.first()
      if (job === undefined) continue
      source.fleetRoom -= 1
      return job
    }
  }
  return null
}

/** Priority by priority; within one the queues take turns, the preferred one first, so that none starves behind another's backlog. */
function takeJobs(
  commit: Commit,
  sources: readonly Source[],
  priorities: readonly number[],
  limit: number,
): readonly StoredJob[] {
  const jobs: StoredJob[] = []
  for (const priority of priorities) {
    let turns = sources
    while (turns.length > 0 && jobs.length < limit) {
      turns = turns.filter((source) => {
        if (source.room <= 0 || jobs.length >= limit) return false
        const lane = dueLane(source.lanes[priority] ?? [], commit.now)
        const job = lane?.first()
        if (lane === null || job === undefined) return false
        // Out of its lane at once: the next turn looks at the job behind it.
        lane.delete(job)
        source.room -= 1
        source.fleetRoom -= 1
        jobs.push(job)
        return true
      })
    }
  }
  return jobs
}

/** The lane whose head has been due for the longest time; null when none is due. */
function dueLane(lanes: readonly Lane[], now: EpochMs): Lane | null {
  let best: Lane | null = null
  let bestHead: StoredJob | undefined
  for (const lane of lanes) {
    const head = lane.first()
    if (head === undefined || head.dueAt > now) continue
    if (bestHead !== undefined && (head.dueAt - bestHead.dueAt || head.seq - bestHead.seq) > 0) continue
    best = lane
    bestHead = head
  }
  return best
}

function lend(commit: Commit, job: StoredJob, { workerId, leaseMs }: ClaimParams): Lease {
  move(commit, job, 'claim', () => {
    job.fence += 1
    job.workerId = workerId
    job.claimedAt = commit.now
    job.visibleAt = commit.now + leaseMs
  })
  const {
    id,
    task,
    queue,
    priority,
    payload,
    headers,
    enqueuedAt,
    dueAt,
    deadline,
    tries,
    maxTries,
    iterations,
    tick,
  } = job
  return {
    receipt: receiptOf(job),
    fence: job.fence,
    claimedAt: commit.now,
    leaseUntil: commit.now + leaseMs,
    suspect: job.suspect,
    job: {
      id,
      task,
      queue,
      priority,
      payload,
      headers,
      enqueuedAt,
      dueAt,
      deadline,
      tries,
      maxTries,
      iterations,
      tick,
    },
  }
}

/** Ready jobs of a queue that is paused or full are not coming: its next change is the end of a lease, a settlement or a setting. */
function earliest(sources: readonly Source[], suspects: boolean): EpochMs | null {
  let next: EpochMs | null = null
  for (const source of sources) {
    const heads = [source.queue.leases.first()]
    if (source.fleetRoom > 0) {
      for (const lane of source.lanes.flat()) heads.push(lane.first())
      if (suspects) for (const lane of source.suspects.flat()) heads.push(lane.first())
    }
    for (const head of heads) {
      if (head !== undefined && head.visibleAt !== null && (next === null || head.visibleAt < next))
        next = head.visibleAt
    }
  }
  return next
}
