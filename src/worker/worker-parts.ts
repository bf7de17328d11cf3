import type { Clock } from '../model/clock.js'
import type { Backend } from '../port/backend.js'
import type { BeatResult } from '../port/control-store.js'
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
import { QueueLanes } from './queue-lanes.js'
import { ReportBatcher } from './report-batcher.js'
import { SettleBatcher } from './settle-batcher.js'
import { StallDetector } from './stall-detector.js'
import { StoreCaller } from './store-caller.js'
import { StoreHealth } from './store-health.js'
import type { ResolvedWorkerOptions } from './worker-options.js'

/** The parts of a worker, put together. */
export interface WorkerParts {
  readonly backend: Backend
  readonly clock: Clock
  readonly events: EventSink
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

/** Puts a worker together; `learned` hears every beat, `over` of every attempt that is not held any more. */
export function makeWorkerParts(
  options: ResolvedWorkerOptions,
  hooks: { readonly learned: (result: BeatResult) => void; readonly over: (attempt: Attempt) => void },
): WorkerParts {
  const { backend, clock, leaseMs, node, tasks } = options
  const { jobs, limits } = backend
  const events = new EventSink(clock, options)
  const caller = new StoreCaller(clock, options.callTimeoutMs)
  const health = new StoreHealth(events)
  const shared = { ...options, jobs, events, caller, health, itemsMax: limits.settleItems }
  const held = new HeldAttempts(hooks.over)
  const lanes = new QueueLanes(options.queues, options.concurrency)
  const settler = new SettleBatcher({ ...shared, held, added: () => claims.settlementAdded() })
  const reports = new ReportBatcher({ ...shared, failed: (error) => health.failed('report', error, 1000) })
  const stopper = new AttemptStopper({ ...shared, held, lanes, settler, reports })
  const timeouts = new AttemptTimeouts(clock, options.timeoutGraceMs, (attempt) => stopper.timeoutIgnored(attempt))
  const stalls = new StallDetector({ clock, events, held, leaseMs })
  const runner = new AttemptRunner({
    ...shared,
    held,
    lanes,
    settler,
    timeouts,
    reports,
    stopper,
    stalls,
    slotFreed: () => claims.wake(),
  })
  const keeper = new LeaseKeeper({ ...shared, held, stopper, stalls })
  const timing = new ClaimTiming(backend.wakeups === undefined ? options.pollMs : null)
  const size = new BatchSize(Math.min(limits.claimItems, limits.settleItems))
  const conversation = new Conversation({ ...shared, settler, reports, size, asked: () => timing.asked() })
  const claims: ClaimLoop = new ClaimLoop({
    ...shared,
    limits,
    conversation,
    workerId: node.id,
    taskNames: tasks.names,
    held,
    lanes,
    settler,
    runner,
    stopper,
    keeper,
    timing,
    size,
  })
  const beat = new NodeBeat({
    ...shared,
    control: backend.control,
    node: { ...node, startedAt: clock.now(), queues: [...options.queues.keys()], tasks: tasks.names },
    running: () => lanes.running,
    learned: hooks.learned,
  })
  const maintenance = new MaintenanceLoop({ ...shared, maintenance: backend.maintenance })
  return {
    backend,
    clock,
    events,
    held,
    lanes,
    reports,
    timeouts,
    stopper,
    runner,
    timing,
    claims,
    keeper,
    beat,
    maintenance,
  }
}
