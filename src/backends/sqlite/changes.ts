import { slotOf, slotOfLane, type StateCode } from './lanes.js'

/** What other nodes may want to look at after a commit; bits, so that a byte of the wake file holds any union of them. */
export const HINT = Object.freeze({ jobs: 1, schedules: 2, cancel: 4, settings: 8, events: 16, resync: 32 })

/**
 * What a transaction changes beside the rows of its calls: counters, events, hints. Kept in memory until the commit, so that
 * each counter changes once per commit and the log grows by one row per state, however many calls share it.
 */
export class Changes {
  readonly counters = new Map<number, { count: number; total: number }>()
  readonly events: { readonly state: StateCode; readonly jobs: number[] }[] = []
  readonly queues = new Set<string>()
  hints = 0

  /** `n` jobs are in this slot that were not. */
  enter(slot: number, n: number): void {
    const counter = this.#counter(slot)
    counter.count += n
    counter.total += n
  }

  /** `n` jobs have left this slot. */
  leave(slot: number, n: number): void {
    this.#counter(slot).count -= n
  }

  enterLane(lane: number, n: number): void {
    this.enter(slotOfLane(lane), n)
  }

  leaveLane(lane: number, n: number): void {
    this.leave(slotOfLane(lane), n)
  }

  enterState(kind: number, state: StateCode, n: number): void {
    this.enter(slotOf(kind, state), n)
  }

  leaveState(kind: number, state: StateCode, n: number): void {
    this.leave(slotOf(kind, state), n)
  }

  /** These jobs entered `state`, after everything that was told before. */
  tell(state: StateCode, jobs: readonly number[]): void {
    if (jobs.length === 0) return
    this.hints |= HINT.events
    const last = this.events.at(-1)
    if (last?.state === state) for (const job of jobs) last.jobs.push(job)
    else this.events.push({ state, jobs: [...jobs] })
  }

  /** Jobs of this queue may be claimable now, or at an instant that nobody waits for yet. */
  hintJobs(queue: string): void {
    this.hints |= HINT.jobs
    this.queues.add(queue)
  }

  /** Nobody has to look for jobs of this queue: they were lent in this very transaction. */
  unhintJobs(queue: string): void {
    if (this.queues.delete(queue) && this.queues.size === 0) this.hints &= ~HINT.jobs
  }

  hint(hint: number): void {
    this.hints |= hint
  }

  #counter(slot: number): { count: number; total: number } {
    let counter = this.counters.get(slot)
    if (counter === undefined) this.counters.set(slot, (counter = { count: 0, total: 0 }))
    return counter
  }
}
