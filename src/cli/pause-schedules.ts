import type { Session } from './session.js'
import { reportOutcomes } from './report-outcomes.js'
import { scheduleClient } from './schedule-client.js'

/** Pauses or resumes schedules, and prints what became of each. */
export async function pauseSchedules(session: Session, names: readonly string[], paused: boolean): Promise<number> {
  const { schedules } = scheduleClient(session, 'existing')
  const outcomes: (readonly [string, 'changed' | 'unchanged' | 'unknown'])[] = []
  for (const name of names) {
    const call = { signal: session.signal }
    outcomes.push([name, await (paused ? schedules.pause(name, call) : schedules.resume(name, call))])
  }
  return reportOutcomes(session, { noun: 'schedule', key: 'name' }, outcomes, {
    changed: { says: paused ? 'paused' : 'resumed' },
    unchanged: { says: paused ? 'is paused already' : 'is not paused' },
    unknown: { says: 'no such schedule is on record', fails: true },
  })
}
