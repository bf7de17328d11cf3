import { type Capabilities, COMMON_LIMITS, type Limits } from '../../port/capabilities.js'

/** The server handles a thousand jobs in some 10 to 20 ms, and larger groups are not faster (2 shared cores, PostgreSQL 15). */
export const LIMITS: Limits = Object.freeze({
  ...COMMON_LIMITS,
  enqueueItems: 1000,
  enqueueBytes: 4_194_304,
  claimItems: 1000,
  settleItems: 1000,
})

export const CAPABILITIES: Capabilities = Object.freeze({
  clock: 'store',
  durable: true,
  transactions: true,
  shared: true,
  wakeups: 'shared',
  reclaimLagMs: 1000,
  // A key that an open transaction holds makes the whole statement wait.
  groupsUniqueKeys: false,
  remote: true,
})

/** The same where other processes cannot be heard. */
export const CAPABILITIES_DEAF: Capabilities = Object.freeze({ ...CAPABILITIES, wakeups: 'local' })
