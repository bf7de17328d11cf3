import { TimedCaller } from '../async/timed-caller.js'
import type { Clock } from '../model/clock.js'
import type { Backend } from '../port/backend.js'
import type { BeatResult } from '../port/control-store.js'
import type { AttemptObserver } from './attempt-observer.js'
import { AttemptCompleter } from './attempt-completer.js'
import { AttemptRunner } from './attempt-runner.js'
import { AttemptStopper } from './attempt-stopper.js'
import { AttemptTimeouts } from './attempt-timeouts.js'
import type { Attempt } from './attempt.js'
import { BatchSize } from './batch-size.js'
import { ClaimLoop } from './claim-loop.js'
import { ClaimTiming } from './claim-timing.js'
import { Conversation } from './conversation.js'
import { EventSink } from './event-sink.js'
import { HeldAttempts } from './held-attempts.js'
import { LeaseKeeper } from './lease-keeper.js'
import { MaintenanceLoop } from './maintenance-loop.js'
import { NodeBeat } from './node-beat.js'
import { OpenCompletions } from './open-completions.js'
import { QueueLanes } from './queue-lanes.js'
import { ReportBatcher } from './report-batcher.js'
import { SettleBatcher } from './settle-batcher.js'
import { StallDetector } from './stall-detector.js'
import { StoreHealth } from './store-health.js'
import { StoreTime } from './store-time.js'
import type { ResolvedWorkerOptions } from './worker-options.js'

/** The parts of a worker, put together. */
export interface WorkerParts {
  readonly backend: Backend
  readonly clock: Clock
  readonly events: EventSink
  readonly observer: AttemptObserver | null
  readonly held: HeldAttempts
  readonly lanes: QueueLanes
  readonly reports: ReportBatcher
  readonly timeouts: AttemptTimeouts
  readonly stopper: AttemptStopper
  readonly runner: AttemptRunner
  readonly timing: ClaimTiming
  readonly claims: ClaimLoop
  readonly keeper: LeaseKeeper
  readonly beat: NodeBeat
  readonly maintenance: MaintenanceLoop
}

/** What the parts of a worker need from outside themselves. */
interface Hooks {
  /** Hears every beat. */
  readonly learned: (result: BeatResult) => void
  /** Hears of every attempt that is not held any more. */
  readonly over: (attempt: Attempt) => void
}

/** Puts a worker together. */
export function makeWorkerParts(options: ResolvedWorkerOptions, hooks: Hooks): WorkerParts {
  const { backend, clock, leaseMs } = options
  const { jobs, limits } = backend
  const events = new EventSink(clock, options)
  const caller = new TimedCaller(clock, options.callTimeoutMs)
  const health = new StoreHealth(events)
  const time = new StoreTime()
  const held = new HeldAttempts(hooks.over)
  const lanes = new QueueLanes(options.queues, options.concurrency)
  const shared = { ...options, jobs, events, caller, health, time, held, lanes, limits, itemsMax: limits.settleItems }
  const completions = new OpenCompletions({
    ...shared,
    calledOff: (attempt) => stopper.cancelRequested(new Set([attempt.lease.job.id])),
    lost: (attempt) => stopper.leaseLost(attempt),
  })
  const settler = new SettleBatcher({ ...shared, completions, added: () => claims.settlementAdded() })
  const reports = new ReportBatcher({ ...shared, failed: (error) => health.failed('report', error, 1000) })
  const stopper: AttemptStopper = new AttemptStopper({ ...shared, settler, reports })
  const timeouts = new AttemptTimeouts(clock, options.timeoutGraceMs, (attempt) => stopper.timeoutIgnored(attempt))
  const stalls = new StallDetector({ clock, events, held, leaseMs })
  const keeper = new LeaseKeeper({ ...shared, stopper, stalls, completions })
  const timing = new ClaimTiming(time, hasReliableHints(backend) ? null : options.pollMs)
  const slotFreed = (): void => {
    timing.lookAgain() // its queue was not asked for while it had no slot
    claims.wake()
  }
  const completer = new AttemptCompleter({ ...shared, reports })
  const runner = new AttemptRunner({ ...shared, completer, settler, timeouts, reports, stopper, stalls, slotFreed })
  const size = new BatchSize(Math.min(limits.claimItems, limits.settleItems), backend.capabilities.remote)
  const conversation = new Conversation({ ...shared, settler, reports, size, timing })
  const claims: ClaimLoop = new ClaimLoop({
    ...shared,
    conversation,
    workerId: options.node.id,
    taskNames: options.tasks.names,
    settler,
    runner,
    stopper,
    keeper,
    timing,
    size,
  })
  return { ...shared, reports, timeouts, stopper, runner, timing, claims, keeper, ...makeNodeParts(shared, hooks) }
}

/** Hints of this process alone are not enough where others add jobs too. */
function hasReliableHints({ capabilities, wakeups }: Backend): boolean {
  return wakeups !== undefined && (capabilities.wakeups === 'shared' || !capabilities.shared)
}

/** The parts that are about the node as a whole and not about single jobs. */
function makeNodeParts(
  shared: ResolvedWorkerOptions & Pick<WorkerParts, 'lanes'> & ConstructorParameters<typeof MaintenanceLoop>[0],
  hooks: Hooks,
): Pick<WorkerParts, 'beat' | 'maintenance'> {
  const { backend, clock, lanes, node, queues, tasks, time } = shared
  const beat = new NodeBeat({
    ...shared,
    control: backend.control,
    node: { ...node, startedAt: clock.now(), queues: [...queues.keys()], tasks: tasks.names },
    running: () => lanes.running,
    time: backend.capabilities.clock === 'store' ? time : null,
    learned: hooks.learned,
  })
  return { beat, maintenance: new MaintenanceLoop(shared) }
}
