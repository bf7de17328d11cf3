import { CLAIM_FUNCTIONS } from './functions-claim.js'
import { CLOCK_FUNCTIONS } from './functions-clock.js'
import { CONTROL_FUNCTIONS } from './functions-control.js'
import { ENQUEUE_FUNCTIONS } from './functions-enqueue.js'
import { MAINTENANCE_FUNCTIONS } from './functions-maintenance.js'
import { OPERATE_FUNCTIONS } from './functions-operate.js'
import { PUBLIC_FUNCTIONS } from './functions-public.js'
import { SCHEDULE_FUNCTIONS } from './functions-schedules.js'
import { SETTLE_FUNCTIONS } from './functions-settle.js'
import { SHARE_FUNCTIONS } from './functions-shares.js'

/**
 * Settings of the functions that calls enter by. Plans must not depend on statistics, which lag behind a queue: every access is a
 * short range of one index. With other plans switched off their costs are absurd, and would start the compiler. For the same reason one
 * plan serves for all parameters: it is not made again for each call.
 */
export const SETTINGS =
  'SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off ' +
  'SET plan_cache_mode = force_generic_plan'

/** All functions of the first schema. */
export const FUNCTIONS_1 = [
  CLOCK_FUNCTIONS,
  ENQUEUE_FUNCTIONS,
  SHARE_FUNCTIONS,
  CLAIM_FUNCTIONS,
  SETTLE_FUNCTIONS,
  OPERATE_FUNCTIONS,
  MAINTENANCE_FUNCTIONS,
  SCHEDULE_FUNCTIONS,
  CONTROL_FUNCTIONS,
  PUBLIC_FUNCTIONS,
]
  .join('')
  .replaceAll('{settings}', SETTINGS)
