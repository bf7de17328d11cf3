/**
 * The life of a job, written down once. Every backend moves a job only along this table, and only by `nextState`.
 *
 * | from                         | action    | to        | who, and what it means |
 * |------------------------------|-----------|-----------|------------------------|
 * | (nothing)                    | enqueue   | pending   | a client; `blocked` instead while a parent is unfinished |
 * | blocked                      | unblock   | pending   | the last parent completed |
 * | blocked                      | strand    | failed    | a parent ended otherwise; reason `unreachable` |
 * | pending                      | claim     | running   | a worker, under a new lease with a larger fence |
 * | running                      | expire    | pending   | nobody extended the lease; the job is suspect from here on |
 * | running                      | retry     | pending   | the attempt failed and tries are left |
 * | running                      | snooze    | pending   | the handler wants to be run later; no try spent |
 * | running                      | release   | pending   | the worker gives it back unstarted; no try spent |
 * | running                      | again     | pending   | one iteration is done, the next has new params |
 * | running                      | complete  | completed | |
 * | running                      | fail      | failed    | reasons `exhausted`, `terminated`, `expired` |
 * | running                      | cancel    | cancelled | the handler asked for it, or a cancel was requested while it ran |
 * | blocked, pending             | cancel    | cancelled | an operator, at once |
 * | completed, failed, cancelled | reopen    | pending   | an operator's retry, tries back to 0, under a larger fence |
 */
export type JobState = 'blocked' | 'pending' | 'running' | 'completed' | 'failed' | 'cancelled'

/** All states on record, in the order in which people read them. */
export const JOB_STATES: readonly JobState[] = ['blocked', 'pending', 'running', 'completed', 'failed', 'cancelled']

/**
 * Why a job is `failed`: `exhausted` (no tries left), `terminated` (the handler threw a `TerminateError`),
 * `expired` (its deadline passed before it could start), `unreachable` (a parent did not complete).
 */
export type FailureReason = 'exhausted' | 'terminated' | 'expired' | 'unreachable'

/** What can happen to a job; see the table above. */
export type JobAction =
  | 'unblock'
  | 'strand'
  | 'claim'
  | 'expire'
  | 'retry'
  | 'snooze'
  | 'release'
  | 'again'
  | 'complete'
  | 'fail'
  | 'cancel'
  | 'reopen'

const MOVES: Readonly<Record<JobState, Partial<Readonly<Record<JobAction, JobState>>>>> = {
  blocked: { unblock: 'pending', strand: 'failed', cancel: 'cancelled' },
  pending: { claim: 'running', cancel: 'cancelled' },
  running: {
    expire: 'pending',
    retry: 'pending',
    snooze: 'pending',
    release: 'pending',
    again: 'pending',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
  },
  completed: { reopen: 'pending' },
  failed: { reopen: 'pending' },
  cancelled: { reopen: 'pending' },
}

/** The state after `action`, or null when a job in `state` cannot take it (an expected race, not a mistake). */
export function nextState(state: JobState, action: JobAction): JobState | null {
  return MOVES[state][action] ?? null
}

/** True for the three states that a job does not leave by itself. */
export function isFinished(state: JobState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled'
}

/**
 * What people are shown. `scheduled` is a pending job that waits for its time without an attempt behind it,
 * `retrying` one that waits or is ready after a failed attempt; neither is stored.
 */
export type ShownState = JobState | 'scheduled' | 'retrying'

/** The shown state of a job at the instant `now`. */
export function shownState(
  job: { readonly state: JobState; readonly tries: number; readonly visibleAt: number | null },
  now: number,
): ShownState {
  if (job.state !== 'pending') return job.state
  if (job.tries > 0) return 'retrying'
  return job.visibleAt !== null && job.visibleAt > now ? 'scheduled' : 'pending'
}
