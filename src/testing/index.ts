/**
 * For tests: a rota in memory whose time you move and whose jobs run when you say so, mocks of tasks, assertions about what was
 * enqueued. And for those who write a store: jobs with everything filled in, a backend that fails on demand, and the suite that
 * every backend must pass.
 *
 * @module rota/testing
 */
export { testRota } from './system/test-rota.js'
export type { TestRotaOptions } from './system/test-rota.js'
export { testStacks } from './system/test-stacks.js'
export type { TestStacksOptions } from './system/test-stacks.js'
export type { TestOptions } from './system/test-options.js'
export type { DrainOptions, TestSystem } from './system/test-system.js'
export type { RunCounts } from './system/run-counts.js'
export type { EnqueuedJob } from './system/enqueued-job.js'
export type { NamedTask } from './system/named-task.js'
export { mockCron, mockQueue, mockTask, mockTopic } from './mocks/mock-resources.js'
export type { Mockable, MockOf, MockRun } from './mocks/mock-resources.js'
export type { MockFunction } from './mocks/mock-function.js'
export { assertEnqueued, assertNotEnqueued } from './assertions/assert-enqueued.js'
export type { ExpectedJob } from './assertions/judge-enqueued.js'
export { matchers } from './assertions/matchers.js'
export type { RotaMatchers } from './assertions/matchers.js'
export { clearMocks, setUpTests } from './assertions/set-up-tests.js'
export type { TestHooks } from './assertions/set-up-tests.js'
export { conformance } from './conformance/conformance.js'
export type { ConformanceOptions, TestRunner } from './conformance/conformance.js'
export type {
  ConformanceTarget,
  DriverFaults,
  FaultMode,
  MovableClock,
  OpenTransaction,
  PushTarget,
} from './conformance/target.js'
export { faultyBackend, InjectedError } from './faulty-backend.js'
export type { CallName, Fault, FaultKind, FaultyBackend, InjectedFault } from './faulty-backend.js'
export { json, newJob, newJobs } from './new-job.js'
export { FakeClock } from '../time/fake-clock.js'
export type { PendingTimer } from '../time/fake-clock.js'
