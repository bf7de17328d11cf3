import type { ScheduleRecord } from '../../model/schedule-record.js'
import type { EpochMs } from '../../model/units.js'
import { checkNewJobs, checkPage } from '../../port/checks.js'
import { checkFire, checkSchedulePut, checkTicks } from '../../port/schedule-checks.js'
import type { ScheduleStore } from '../../port/schedule-store.js'
import { fireSchedule } from './fire.js'
import { refuseUnknownParents } from './enqueue.js'
import type { Handle } from './handle.js'
import { LIMITS } from './limits.js'
import { pauseSchedule, putSchedule, removeSchedule } from './schedule-edits.js'
import { byName, type StoredSchedule } from './state.js'

export function createScheduleStore(handle: Handle): ScheduleStore {
  return {
    async put(params) {
      for (const put of params.schedules) checkSchedulePut(put)
      return handle.commit(params, (commit) => params.schedules.map((put) => putSchedule(commit, put)))
    },

    async remove(params) {
      return handle.commit(params, (commit) => params.names.map((name) => removeSchedule(commit, name, params.owner)))
    },

    async get(params) {
      return handle.read(params, ({ schedules }) => params.names.map((name) => schedules.get(name)?.record ?? null))
    },

    async list(params) {
      checkPage('schedules.list', params.limit)
      const { after, owner } = params
      return handle.read(params, ({ schedules }) =>
        [...schedules.values()]
          .map(({ record }) => record)
          .filter(
            ({ name, definition }) =>
              !name.startsWith('~') &&
              (after === null || name > after) &&
              (owner === undefined || definition.owner === owner),
          )
          .sort((a, b) => byName(a.name, b.name))
          .slice(0, params.limit),
      )
    },

    async pause(params) {
      for (const change of params.changes) checkTicks('pause', change)
      return handle.commit(params, (commit) => params.changes.map((change) => pauseSchedule(commit, change)))
    },

    async due(params) {
      checkPage('due', params.limit)
      const now = handle.clock.now()
      return handle.read(params, ({ scheduleTicks, schedulesRevision }) => ({
        ...dueOf(scheduleTicks.after(), params.limit, now),
        schedulesRevision,
      }))
    },

    async fire(params) {
      for (const fire of params.fires) checkFire(fire)
      const jobs = params.fires.flatMap((fire) => fire.jobs)
      checkNewJobs('fire', jobs, LIMITS)
      return handle.commit(params, (commit) => {
        refuseUnknownParents(commit.state, jobs)
        return params.fires.map((fire) => fireSchedule(commit, fire))
      })
    },

    async history(params) {
      checkPage('history', params.limit)
      const before = params.before ?? Number.POSITIVE_INFINITY
      return handle.read(params, ({ schedules }) => {
        const history = schedules.get(params.name)?.history ?? []
        return history
          .filter(({ tick }) => tick < before)
          .reverse()
          .slice(0, params.limit)
      })
    },
  }
}

function dueOf(
  schedules: Iterable<StoredSchedule>,
  limit: number,
  now: EpochMs,
): Awaited<ReturnType<ScheduleStore['due']>> {
  const due: ScheduleRecord[] = []
  for (const { record } of schedules) {
    const isDue = record.dueAt !== null && record.dueAt <= now
    if (!isDue || due.length === limit) return { due, nextTickAt: record.dueAt, now }
    due.push(record)
  }
  return { due, nextTickAt: null, now }
}
