import assert from 'node:assert/strict'
import type { Lease } from '../../model/lease.js'
import type { EpochMs } from '../../model/units.js'
import type { QueueSettings } from '../../port/control-store.js'
import type { ClaimParams } from '../../port/job-store.js'
import type { KnownJob, Oracle } from './oracle.js'

/** One claim, what it gave, and when. */
export interface JudgedClaim {
  readonly params: ClaimParams
  readonly leases: readonly Lease[]
  readonly now: EpochMs
  /** False where jobs may have become claimable inside the call, at an instant that only the store knows. */
  readonly isOrdered: boolean
  readonly settings: ReadonlyMap<string, Pick<QueueSettings, 'paused' | 'concurrency'>>
}

/** Asserts that a claim gave as much as it had to and nothing that it must not, before the oracle follows it. */
export function judgeClaim(oracle: Oracle, claim: JudgedClaim): void {
  const { params, leases } = claim
  const rooms = new Map(params.queues.map(({ queue, limit }) => [queue, roomOf(oracle, claim, queue, limit)]))
  const due = [...oracle.jobs.values()].filter((job) => isDue(job, claim) && (rooms.get(job.queue) ?? 0) > 0)
  const lent = leases.map(({ job }) => {
    const known = due.find(({ id }) => id === job.id)
    assert.ok(known, `job "${job.id}" was not claimable`)
    return known
  })
  assert.equal(new Set(lent).size, lent.length, 'no job comes twice')
  assert.deepEqual(
    leases.map(({ suspect }) => suspect),
    lent.map(({ suspect }) => suspect),
  )
  if (params.suspects && due.some(({ suspect }) => suspect)) {
    assert.deepEqual(
      lent.map(({ suspect }) => suspect),
      [true],
      'a suspect comes alone',
    )
    return
  }
  const innocent = due.filter(({ suspect }) => !suspect)
  let possible = 0
  for (const [queue, room] of rooms) possible += Math.min(room, innocent.filter((job) => job.queue === queue).length)
  assert.equal(lent.length, Math.min(params.limit, possible), 'a claim gives as much as it can')
  if (claim.isOrdered) judgeQueues(innocent, lent, claim)
}

/** Asserts that of each queue nothing was left behind that is better than what was taken. */
function judgeQueues(due: readonly KnownJob[], lent: readonly KnownJob[], { params }: JudgedClaim): void {
  for (const { queue } of params.queues) {
    const taken = lent.filter((job) => job.queue === queue)
    for (const left of due.filter((job) => job.queue === queue && !lent.includes(job))) {
      for (const job of taken) {
        const isBetter =
          left.priority === job.priority
            ? isAhead(left, job)
            : params.from === 'highest' && left.priority < job.priority
        assert.ok(!isBetter, `job "${left.id}" had to come before job "${job.id}"`)
      }
    }
  }
}

function isAhead(a: KnownJob, b: KnownJob): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.seq < b.seq)
}

function isDue({ state, visibleAt, task }: KnownJob, { params, now }: JudgedClaim): boolean {
  return state === 'pending' && visibleAt !== null && visibleAt <= now && params.tasks.includes(task)
}

function roomOf(oracle: Oracle, { settings }: JudgedClaim, queue: string, limit: number): number {
  const { paused, concurrency } = settings.get(queue) ?? { paused: false, concurrency: null }
  if (paused) return 0
  const running = [...oracle.jobs.values()].filter((job) => job.queue === queue && job.state === 'running').length
  return Math.max(0, Math.min(limit, (concurrency ?? Number.POSITIVE_INFINITY) - running))
}
