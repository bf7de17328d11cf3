import { RotaError } from '../model/errors.js'
import type { FailureReason } from '../model/job-state.js'
import type { Lease } from '../model/lease.js'
import type { Attempt } from './attempt.js'

/** Why a job is not run. */
export interface Refusal {
  readonly failure: FailureReason
  readonly error: RotaError
}

/** Judges what a store cannot: a job that is out of tries, or past its deadline when it could start at last (monotonic `now`), fails unrun. */
export function refusalOf({ lease, task, term }: Attempt, now: number): Refusal | null {
  const { job } = lease
  if (job.tries >= (job.maxTries ?? task.maxTries)) return { failure: 'exhausted', error: outOfTries(lease) }
  // By the clock of the store: its own instant of the claim, and the time that has passed here since.
  if (job.deadline === null || lease.claimedAt + now - term.monotonic <= job.deadline) return null
  return { failure: 'expired', error: tooLate(job.id, job.deadline) }
}

function outOfTries({ job, suspect }: Lease): RotaError {
  const message = suspect
    ? `worker lost: the workers that ran job ${job.id} lost their leases until its ${job.tries} tries were spent; look for what kills the process or blocks its event loop`
    : `job ${job.id} has spent ${job.tries} tries, as many as it has or more; retry it by hand to give it new ones`
  return new RotaError('LEASE_LOST', message, { facts: { id: job.id, tries: job.tries } })
}

function tooLate(id: string, deadline: number): RotaError {
  const text = new Date(deadline).toISOString()
  const message = `job ${id} had to start by ${text} and could not; enqueue it again if it still matters`
  return new RotaError('JOB_FAILED', message, { facts: { id, deadline: text } })
}
