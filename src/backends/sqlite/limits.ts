import { type Capabilities, COMMON_LIMITS, type Limits } from '../../port/capabilities.js'

/**
 * A transaction holds the event loop and the lock of the file, so no call may be longer than some 8 ms:
 * 5 microseconds per enqueued job, 9 per job that is settled and another claimed (2 shared cores, Node 20, SQLite 3.53).
 */
export const LIMITS: Limits = Object.freeze({
  ...COMMON_LIMITS,
  enqueueItems: 1000,
  enqueueBytes: 4_194_304,
  claimItems: 1000,
  settleItems: 1000,
})

export const CAPABILITIES: Capabilities = Object.freeze({
  clock: 'caller',
  durable: true,
  transactions: true,
  shared: true,
  wakeups: 'shared',
  reclaimLagMs: 1000,
  groupsUniqueKeys: true,
})
