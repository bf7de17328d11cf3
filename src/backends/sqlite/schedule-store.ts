import { checkNewJobs, checkPage } from '../../port/checks.js'
import { checkFire, checkSchedulePut, checkTicks } from '../../port/schedule-checks.js'
import type { Fire, ScheduleStore } from '../../port/schedule-store.js'
import { dueSchedules } from './due-schedules.js'
import { fireSchedules } from './fire.js'
import { LIMITS } from './limits.js'
import { pauseSchedule, putSchedule, removeSchedule } from './schedule-edits.js'
import { scheduleOf, tickOf } from './schedule-record.js'
import { TICKS_BEFORE } from './statements/schedule-ticks.js'
import { NEXT_DUE_AFTER, SCHEDULE_OF, SCHEDULES_AFTER, SCHEDULES_OF_OWNER } from './statements/schedules.js'
import { READ_STATE } from './statements/state.js'
import type { Store } from './store.js'

export function createScheduleStore(store: Store): ScheduleStore {
  return {
    async put(params) {
      for (const put of params.schedules) checkSchedulePut(put)
      return store.write(params, (tx) => params.schedules.map((put) => putSchedule(tx, put)))
    },

    async remove(params) {
      return store.write(params, (tx) => params.names.map((name) => removeSchedule(tx, name, params.owner)))
    },

    async get(params) {
      return store.read(params, (session) =>
        params.names.map((name) => {
          const row = session.get(SCHEDULE_OF, name)
          return row === undefined ? null : scheduleOf(row)
        }),
      )
    },

    async list(params) {
      checkPage('schedules.list', params.limit)
      const { after, owner, limit } = params
      return store.read(params, (session) =>
        (owner === undefined
          ? session.all(SCHEDULES_AFTER, after ?? '', limit)
          : session.all(SCHEDULES_OF_OWNER, owner, after ?? '', limit)
        ).map(scheduleOf),
      )
    },

    async pause(params) {
      for (const change of params.changes) checkTicks('pause', change)
      return store.write(params, (tx) => params.changes.map((change) => pauseSchedule(tx, change)))
    },

    async due(params) {
      checkPage('due', params.limit)
      const { limit } = params
      return store.read(params, (session) => {
        const now = store.options.clock.now()
        const records = dueSchedules(session, now, limit + 1)
        const next = records.length > limit ? records[limit]?.dueAt : session.get(NEXT_DUE_AFTER, now)?.[0]
        // Edits of schedules count as changes of settings: one number to read, and one column.
        const schedulesRevision = session.get(READ_STATE)?.[3] ?? 0
        return { due: records.slice(0, limit), nextTickAt: next ?? null, now, schedulesRevision }
      })
    },

    async fire(params) {
      for (const fire of params.fires) checkFire(fire)
      const jobs = params.fires.flatMap((fire) => fire.jobs)
      checkNewJobs('fire', jobs, LIMITS)
      return store.append(
        params,
        () => queuesOf(params.fires),
        (tx) => fireSchedules(tx, params.fires),
      )
    },

    async history(params) {
      checkPage('history', params.limit)
      const { name, before, limit } = params
      return store.read(params, (session) =>
        session.all(TICKS_BEFORE, name, before ?? Number.MAX_SAFE_INTEGER, limit).map(tickOf),
      )
    },
  }
}

/** The queues that get jobs of these ticks, jobs that are due at once. */
function queuesOf(fires: readonly Fire[]): ReadonlySet<string> {
  return new Set(fires.flatMap(({ jobs }) => jobs.map(({ queue }) => queue)))
}
