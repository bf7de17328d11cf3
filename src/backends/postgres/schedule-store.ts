import type { TickRecord } from '../../model/schedule-record.js'
import { checkNewJobs, checkPage } from '../../port/checks.js'
import { checkFire } from '../../port/schedule-checks.js'
import type { ScheduleStore } from '../../port/schedule-store.js'
import { textsOf, withoutNul } from './arrays.js'
import { fireSchedules } from './fire.js'
import { numberOf } from './job-record.js'
import { LIMITS } from './limits.js'
import { pauseSchedules, putSchedules, removeSchedules } from './schedule-edits.js'
import { SCHEDULE_COLUMNS, scheduleOf } from './schedule-record.js'
import type { Store } from './store.js'

const LIST = `SELECT ${SCHEDULE_COLUMNS} FROM {s}.schedules
  WHERE name > $1 AND NOT starts_with(name, '~') AND ($2::boolean OR owner IS NOT DISTINCT FROM $3) ORDER BY name LIMIT $4`

const DUE = `WITH t AS MATERIALIZED (SELECT {s}.now_ms() AS now)
  SELECT (SELECT now FROM t), (SELECT schedules FROM {s}.settings), ${SCHEDULE_COLUMNS} FROM (
    SELECT * FROM {s}.schedules WHERE NOT paused AND due_at IS NOT NULL ORDER BY due_at, name LIMIT $1) s
  UNION ALL
  SELECT now, (SELECT schedules FROM {s}.settings), ${SCHEDULE_COLUMNS.split(',')
    .map(() => 'NULL')
    .join(', ')} FROM t`

const HISTORY = `SELECT record FROM (
    SELECT id, tick, record FROM {s}.schedule_ticks WHERE schedule = $1 ORDER BY tick DESC, id DESC LIMIT 1000) kept
  WHERE tick < $2 ORDER BY tick DESC, id DESC LIMIT $3`

export function createScheduleStore(store: Store): ScheduleStore {
  return {
    put: async (params) => putSchedules(store, params),
    remove: async (params) => removeSchedules(store, params),
    pause: async (params) => pauseSchedules(store, params),

    async get(params) {
      const rows = await store.read(params, `SELECT ${SCHEDULE_COLUMNS} FROM {s}.schedules WHERE name = ANY ($1)`, [
        textsOf(params.names),
      ])
      const records = new Map(rows.map((row) => [row[0], scheduleOf(row)]))
      return params.names.map((name) => records.get(name) ?? null)
    },

    async list(params) {
      checkPage('schedules.list', params.limit)
      const { after, owner, limit } = params
      const values = [withoutNul(after ?? ''), owner === undefined, owner ?? null, limit]
      return (await store.read(params, LIST, values)).map(scheduleOf)
    },

    async due(params) {
      checkPage('due', params.limit)
      const rows = await store.read(params, DUE, [params.limit + 1])
      const now = Number(rows[0]?.[0])
      const records = rows.filter((row) => row[2] !== null).map((row) => scheduleOf(row.slice(2)))
      const isDue = (dueAt: number | null): boolean => dueAt !== null && dueAt <= now
      const due = records.filter(({ dueAt }) => isDue(dueAt)).slice(0, params.limit)
      return {
        due,
        nextTickAt: records[due.length]?.dueAt ?? null,
        now,
        schedulesRevision: numberOf(rows[0]?.[1]) ?? 0,
      }
    },

    async fire(params) {
      for (const fire of params.fires) checkFire(fire)
      checkNewJobs(
        'fire',
        params.fires.flatMap((fire) => fire.jobs),
        LIMITS,
      )
      if (params.fires.length === 0) await store.read(params, 'SELECT 1')
      return fireSchedules(store, params)
    },

    async history(params) {
      checkPage('history', params.limit)
      const values = [params.name, params.before ?? Number.MAX_SAFE_INTEGER, params.limit]
      const rows = await store.read(params, HISTORY, values)
      return rows.map(([record]) => JSON.parse(record ?? '{}') as TickRecord)
    },
  }
}
