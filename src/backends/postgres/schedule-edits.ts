import { checkSchedulePut, checkTicks } from '../../port/schedule-checks.js'
import type { PutOutcome, SchedulePut, ScheduleStore } from '../../port/schedule-store.js'
import { arrayOf, textsOf } from './arrays.js'
import { definitionText, SCHEDULE_COLUMNS, scheduleOf } from './schedule-record.js'
import type { Store } from './store.js'

const PUT_STATUS: readonly PutOutcome['status'][] = ['created', 'updated', 'unchanged', 'conflict', 'stale-tick']
const PAUSED = ['changed', 'unchanged', 'unknown', 'stale-tick'] as const

const RECORD = SCHEDULE_COLUMNS.split(',').map((column) => `(p.o_record).${column.trim()}`)
const PUT = `SELECT p.o_status, ${RECORD.join(', ')} FROM {s}.put_schedules($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) p`

/** Creates or edits schedules; see `ScheduleStore.put`. */
export async function putSchedules(
  store: Store,
  params: Parameters<ScheduleStore['put']>[0],
): Promise<readonly PutOutcome[]> {
  for (const put of params.schedules) checkSchedulePut(put)
  const rows = await store.rows(params, PUT, putColumns(params.schedules))
  const outcomes = rows.map(([status, ...record]): PutOutcome => ({
    status: PUT_STATUS[Number(status)] ?? 'conflict',
    record: record[0] == null ? null : scheduleOf(record),
  }))
  if (outcomes.some(({ status }) => status === 'created' || status === 'updated')) changed(store)
  return outcomes
}

/** Removes schedules with their history; see `ScheduleStore.remove`. */
export async function removeSchedules(
  store: Store,
  params: Parameters<ScheduleStore['remove']>[0],
): Promise<readonly ('removed' | 'unknown')[]> {
  const values = [textsOf(params.names), params.owner !== undefined, params.owner ?? null]
  const removed = await store.json<boolean[]>(params, 'SELECT to_json({s}.remove_schedules($1, $2, $3))', values)
  if (removed.includes(true)) changed(store)
  return removed.map((one) => (one ? 'removed' : 'unknown'))
}

/** Pauses or resumes schedules; see `ScheduleStore.pause`. */
export async function pauseSchedules(
  store: Store,
  params: Parameters<ScheduleStore['pause']>[0],
): Promise<readonly (typeof PAUSED)[number][]> {
  const { changes } = params
  for (const change of changes) checkTicks('pause', change)
  const outcomes = await store.json<number[]>(params, 'SELECT to_json({s}.pause_schedules($1, $2, $3, $4))', [
    textsOf(changes.map(({ name }) => name)),
    arrayOf(changes.map(({ paused }) => paused)),
    arrayOf(changes.map(({ nextTickAt }) => nextTickAt)),
    arrayOf(changes.map(({ nextTickAt, dueAt = nextTickAt }) => dueAt)),
  ])
  if (outcomes.includes(0)) changed(store)
  return outcomes.map((outcome) => PAUSED[outcome] ?? 'unknown')
}

function changed(store: Store): void {
  store.wakeups.committed({ kinds: ['schedules'] })
}

/** `version` as a check: 0 takes whatever is there, 1 must find none, 2 must find that one. */
function putColumns(puts: readonly SchedulePut[]): readonly string[] {
  return [
    textsOf(puts.map(({ name }) => name)),
    textsOf(puts.map(({ definition }) => definitionText(definition))),
    textsOf(puts.map(({ definition }) => definition.expression)),
    textsOf(puts.map(({ definition }) => definition.owner)),
    textsOf(puts.map(({ incarnation }) => incarnation)),
    arrayOf(puts.map(({ anchor }) => anchor)),
    arrayOf(puts.map(({ nextTickAt }) => nextTickAt)),
    arrayOf(puts.map(({ nextTickAt, dueAt = nextTickAt }) => dueAt)),
    arrayOf(puts.map(({ paused }) => paused)),
    arrayOf(puts.map(({ version }) => (version === undefined ? 0 : version === null ? 1 : 2))),
    arrayOf(puts.map(({ version }) => version ?? null)),
  ]
}
