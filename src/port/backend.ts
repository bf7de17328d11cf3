import type { Capabilities, ErrorClass, Limits } from './capabilities.js'
import type { ControlStore } from './control-store.js'
import type { EdgeStore } from './edge-store.js'
import type { EventLog } from './event-log.js'
import type { Inspector } from './inspector.js'
import type { JobStore } from './job-store.js'
import type { LockStore } from './lock-store.js'
import type { Maintenance } from './maintenance.js'
import type { ScheduleStore } from './schedule-store.js'
import type { Wakeups } from './wakeups.js'

/**
 * A store that rota can run on: one role each for a reason to change, every law of the port kept.
 * `Tx` is the transaction of the user that `enqueue` and `settle` take; `never` where the store has none.
 */
export interface Backend<Tx = never> {
  /** What people call it, such as `sqlite`. */
  readonly name: string
  readonly capabilities: Capabilities
  readonly limits: Limits
  readonly jobs: JobStore<Tx>
  readonly edges: EdgeStore
  readonly schedules: ScheduleStore
  readonly locks: LockStore
  readonly control: ControlStore
  readonly inspector: Inspector
  readonly events: EventLog
  readonly wakeups?: Wakeups
  readonly maintenance: Maintenance

  /** Connects, and brings the schema up to date or refuses a newer one with `SCHEMA_NEWER`. Calling it again does nothing. */
  open(params?: { readonly signal?: AbortSignal | undefined }): Promise<void>

  /** Lets calls that are under way end, then lets go of everything that it opened. Law 11: nothing fires afterwards. */
  close(): Promise<void>

  /** Sorts a native error by its code. */
  classify(error: unknown): ErrorClass

  [Symbol.asyncDispose](): Promise<void>
}
