import { type Capabilities, COMMON_LIMITS, type Limits } from '../../port/capabilities.js'

/** Nothing in memory has a limit of its own; these are those of the SQLite store, so that tests on memory meet them too. */
export const LIMITS: Limits = Object.freeze({
  ...COMMON_LIMITS,
  enqueueItems: 1_000,
  enqueueBytes: 4_194_304,
  claimItems: 1_000,
  settleItems: 1_000,
})

export const CAPABILITIES: Capabilities = Object.freeze({
  clock: 'caller',
  durable: false,
  transactions: false,
  shared: false,
  wakeups: 'local',
  reclaimLagMs: 1_000,
  groupsUniqueKeys: true,
})
