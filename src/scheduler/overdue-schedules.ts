import type { DurationMs } from '../model/units.js'
import type { DueResult, ScheduleStore } from '../port/schedule-store.js'

/**
 * Schedules as one scheduler looks at them: due is what was due `graceMs` ago, and the next look is worth it as much later than
 * the next tick. `heard` gets every answer of the store whole.
 */
export function overdueSchedules(
  schedules: ScheduleStore,
  graceMs: DurationMs,
  heard: (found: DueResult) => void,
): ScheduleStore {
  const due = async (params: Parameters<ScheduleStore['due']>[0]): Promise<DueResult> => {
    const found = await schedules.due(params)
    heard(found)
    const overdue = found.due.filter(({ dueAt }) => dueAt !== null && dueAt <= found.now - graceMs)
    // The most overdue come first, so what is left to the leader is the end of the list.
    const next = found.due[overdue.length]?.dueAt ?? found.nextTickAt
    return { ...found, due: overdue, nextTickAt: next === null ? null : next + graceMs }
  }
  return {
    due,
    put: (params) => schedules.put(params),
    remove: (params) => schedules.remove(params),
    get: (params) => schedules.get(params),
    list: (params) => schedules.list(params),
    pause: (params) => schedules.pause(params),
    fire: (params) => schedules.fire(params),
    history: (params) => schedules.history(params),
  }
}
