import type { Chapter } from './chapter.js'
import { control } from './control.js'
import { driverFaults } from './driver-faults.js'
import { events } from './events.js'
import { inspector } from './inspector.js'
import { batches } from './law-01-batches.js'
import { enqueue } from './law-02-enqueue.js'
import { leases } from './law-03-leases.js'
import { suspects } from './law-03-suspects.js'
import { reclaim } from './law-04-reclaim.js'
import { fences } from './law-05-fences.js'
import { visibility } from './law-06-visibility.js'
import { runs } from './law-07-runs.js'
import { schedules } from './law-07-schedules.js'
import { ticks } from './law-07-ticks.js'
import { watching } from './law-07-watching.js'
import { settlements } from './law-08-settlements.js'
import { wakeups } from './law-09-wakeups.js'
import { abort } from './law-10-abort.js'
import { close } from './law-11-close.js'
import { push } from './law-12-push.js'
import { edges } from './law-13-edges.js'
import { uniqueKeys } from './law-14-unique-keys.js'
import { pauseAndLimits } from './law-15-pause-and-limits.js'
import { locks } from './law-16-locks.js'
import { isolation } from './law-17-isolation.js'
import { unknownTasks } from './law-18-unknown-tasks.js'
import { mistakes } from './mistakes.js'
import { operators } from './operators.js'
import { randomModel } from './random-model.js'
import { retention } from './retention.js'

/** The whole suite, in the order of the laws. */
export const CHAPTERS: readonly Chapter[] = [
  batches,
  enqueue,
  leases,
  suspects,
  reclaim,
  fences,
  visibility,
  schedules,
  ticks,
  runs,
  watching,
  settlements,
  wakeups,
  abort,
  close,
  push,
  edges,
  uniqueKeys,
  pauseAndLimits,
  locks,
  isolation,
  unknownTasks,
  operators,
  control,
  inspector,
  events,
  retention,
  mistakes,
  driverFaults,
  randomModel,
]
