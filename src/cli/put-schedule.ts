import type { ScheduleOutcome } from '../client/task-scheduler.js'
import { RotaError, type RotaErrorCode } from '../model/errors.js'
import { task } from '../model/task-definition.js'
import { FailedError, UsageError } from './exit.js'
import type { GivenSchedule } from './given-schedule.js'
import type { ScheduleClient } from './schedule-client.js'

/** What the client says about what it was given, and not about the store. */
const USAGE_CODES: ReadonlySet<RotaErrorCode> = new Set(['PAYLOAD_INVALID', 'PAYLOAD_TOO_LARGE', 'SCHEDULE_INVALID'])

/** Makes or changes a schedule of a task that need not be known here. */
export async function putSchedule(
  { schedules, connection }: ScheduleClient,
  { name, expression, task: taskName, payload, options }: GivenSchedule,
  signal: AbortSignal,
): Promise<ScheduleOutcome> {
  try {
    return await schedules.put(name, expression, task<unknown>(taskName), payload, { ...options, signal })
  } catch (error) {
    if (RotaError.is(error) && error.code === 'SCHEDULE_EXISTS') {
      throw new FailedError(`schedule ${name} exists; --update changes it`, { cause: error })
    }
    const isUsage = RotaError.is(error) ? USAGE_CODES.has(error.code) : error instanceof TypeError
    // The client checks what it was given before it asks for the store: from then on a TypeError is somebody's fault, not the user's.
    if (isUsage && (RotaError.is(error) || connection.current === undefined)) {
      throw new UsageError((error as Error).message, { cause: error })
    }
    throw error
  }
}
