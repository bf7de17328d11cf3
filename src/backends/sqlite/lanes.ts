import type { FailureReason, JobState } from '../../model/job-state.js'

/**
 * The numbers of the layout, in one place.
 *
 * A kind is an interned pair of queue and task. Its jobs wait in six lanes: lane 0 for suspects, lanes 1 to 5 by priority.
 * Its finished jobs lie on three shelves. Its counters are in slots: one per lane, then one per other state.
 */
export const LANES_PER_KIND = 8
export const SHELVES_PER_KIND = 4
export const SLOTS_PER_KIND = 16

/** The lane of a kind that holds what must be claimed alone. */
export const SUSPECTS = 0

export const laneOf = (kind: number, priority: number): number => kind * LANES_PER_KIND + priority
export const kindOfLane = (lane: number): number => Math.floor(lane / LANES_PER_KIND)
export const priorityOfLane = (lane: number): number => lane % LANES_PER_KIND

/** States as they are stored in `events`; `deleted` is not a state, but the log tells it. */
export const STATE_NAMES = ['blocked', 'pending', 'running', 'completed', 'failed', 'cancelled', 'deleted'] as const
export const STATE = Object.freeze({
  blocked: 0,
  pending: 1,
  running: 2,
  completed: 3,
  failed: 4,
  cancelled: 5,
  deleted: 6,
})
export type StateCode = (typeof STATE)[keyof typeof STATE]
export type FinishedCode = typeof STATE.completed | typeof STATE.failed | typeof STATE.cancelled

export const shelfOf = (kind: number, state: FinishedCode): number => kind * SHELVES_PER_KIND + (state - STATE.running)
export const stateOfShelf = (shelf: number): FinishedCode =>
  ((shelf % SHELVES_PER_KIND) + STATE.running) as FinishedCode
export const kindOfShelf = (shelf: number): number => Math.floor(shelf / SHELVES_PER_KIND)

/** The slot of a lane, and the slots of the states that have one counter per kind. */
export const slotOfLane = (lane: number): number => kindOfLane(lane) * SLOTS_PER_KIND + priorityOfLane(lane)
export const slotOf = (kind: number, state: StateCode): number =>
  kind * SLOTS_PER_KIND + (state === STATE.blocked ? 8 : state + 7)

/** Which state a slot counts, or null for one that is not used. */
export function stateOfSlot(slot: number): JobState | null {
  const place = slot % SLOTS_PER_KIND
  if (place < 6) return 'pending'
  if (place === 8) return 'blocked'
  return place >= 9 && place <= 12 ? (STATE_NAMES[place - 7] as JobState) : null
}

/** Reasons of failure as they are stored in `outcomes`. */
export const FAILURES: readonly (FailureReason | null)[] = [null, 'exhausted', 'terminated', 'expired', 'unreachable']
export const FAILURE = Object.freeze({ none: 0, exhausted: 1, terminated: 2, expired: 3, unreachable: 4 })
