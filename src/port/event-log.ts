import type { JobState } from '../model/job-state.js'
import type { EpochMs } from '../model/units.js'
import type { Call } from './call.js'

/** Changes of job states in the order of their commits, for watchers; kept for an hour or the last 100,000 commits, whichever is less. */
export interface EventLog {
  /**
   * Events after a cursor, the oldest first, with the cursor to go on from. null starts at the oldest event that is kept.
   * `missed` is true when events after the cursor have been pruned already: look the state up instead.
   */
  read(
    params: { readonly after: EventCursor | null; readonly limit: number } & Call,
  ): Promise<{ readonly events: readonly JobEvent[]; readonly cursor: EventCursor; readonly missed: boolean }>

  /** The cursor behind the latest event: what is read after it happened later. */
  latest(params: Call): Promise<EventCursor>
}

/** A place in the log: opaque text of the store that gave it. */
export type EventCursor = string

/** One job entered a state. `deleted` is not a state: the record is gone. */
export interface JobEvent {
  readonly at: EpochMs
  readonly id: string
  readonly queue: string
  readonly task: string
  readonly state: JobState | 'deleted'
}
