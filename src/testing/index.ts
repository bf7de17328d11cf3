/**
 * For tests: a clock that you move, jobs with everything filled in, a backend that fails on demand, and the suite that every
 * backend must pass.
 *
 * @module rota/testing
 */
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
