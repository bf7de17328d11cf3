import type { AppConfig, AwsOnlyUse } from '../../config/app-config.js'
import type { EpochMs } from '../../model/units.js'
import type { SchedulerEvent } from '../../scheduler/scheduler-event.js'
import type { WorkerEvent } from '../../worker/worker-event.js'
import type { FunctionLine } from '../runtime/heard-runner.js'

/** When a schedule fires next. */
export interface NextTick {
  readonly schedule: string
  readonly at: EpochMs
}

/** What happens to an app under development. Told synchronously; a listener must not throw. */
export type DevEvent =
  /** The app runs by this config; `isFirst` is false when another ran before. */
  | { readonly type: 'opened'; readonly config: AppConfig; readonly url: string; readonly isFirst: boolean }
  /** The config cannot be run. Told once, until the mistakes change; what ran before runs on. */
  | { readonly type: 'config-failed'; readonly error: unknown; readonly isRunning: boolean }
  /** The mistake is gone, and the config says again what runs. */
  | { readonly type: 'config-restored' }
  /** The config has something that acts on AWS only; told once of each property. */
  | { readonly type: 'aws-only'; readonly uses: readonly AwsOnlyUse[] }
  /** The declaration of the app's types was written. */
  | { readonly type: 'types-written'; readonly file: string }
  | { readonly type: 'types-failed'; readonly error: unknown }
  /** There is another bundle of a task, and its next attempt runs it; `isFirst` is false when one ran before. */
  | { readonly type: 'built'; readonly task: string; readonly tookMs: number; readonly isFirst: boolean }
  /** A task cannot be bundled; `isRunning`: the bundle before runs on. */
  | { readonly type: 'build-failed'; readonly task: string; readonly error: unknown; readonly isRunning: boolean }
  /** A function wrote a line. */
  | { readonly type: 'line'; readonly line: FunctionLine }
  | { readonly type: 'worker'; readonly event: WorkerEvent }
  | { readonly type: 'scheduler'; readonly event: SchedulerEvent }
  /** The ticks that come next, soonest first; told when they change. */
  | { readonly type: 'ticks'; readonly next: readonly NextTick[] }
