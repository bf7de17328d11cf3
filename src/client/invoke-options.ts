import type { JobOptions } from '../model/job-options.js'
import type { DurationInput } from '../model/policy.js'
import type { ControlOptions } from './queue-control.js'

/** What may be said about one call of a task or about one message; what is left out comes from the stack. */
export interface InvokeOptions extends Omit<JobOptions, 'delay' | 'at'>, ControlOptions {
  /** Start after so long, such as `'5 minutes'`, or at an instant. @defaultValue at once */
  readonly schedule?: DurationInput | Date
}

/** What may be said about several jobs at once: none of them has an id of the caller's. */
export type FanOutOptions = Omit<InvokeOptions, 'id'>
