import type { ScheduleRecord } from '../model/schedule-record.js'
import type { Backend } from '../port/backend.js'
import { FailedError } from './exit.js'

/** The most records that a store gives on one page. */
const PAGE = 1_000

/** The schedule of a name; refuses one that is not on record. */
export async function findSchedule(backend: Backend, name: string, signal: AbortSignal): Promise<ScheduleRecord> {
  const [record = null] = await backend.schedules.get({ names: [name], signal })
  if (record === null) throw new FailedError(`no schedule of the name ${name} is on record`)
  return record
}

/** All schedules by name, page after page. */
export async function* eachSchedule(backend: Backend, signal: AbortSignal): AsyncGenerator<ScheduleRecord, void> {
  let after: string | null = null
  for (;;) {
    const page: readonly ScheduleRecord[] = await backend.schedules.list({ after, limit: PAGE, signal })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = last.name
  }
}
