import type { Capabilities, Limits } from '../../port/capabilities.js'
import { PAYLOAD_BYTES_MAX, RESULT_BYTES_MAX } from '../../model/units.js'

/** Nothing in memory has a limit of its own; these are those of the SQLite store, so that tests on memory meet them too. */
export const LIMITS: Limits = Object.freeze({
  enqueueItems: 1_000,
  enqueueBytes: 4_194_304,
  claimItems: 1_000,
  settleItems: 1_000,
  payloadBytes: PAYLOAD_BYTES_MAX,
  resultBytes: RESULT_BYTES_MAX,
  leaseMsMin: 1_000,
  leaseMsMax: 43_200_000,
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
