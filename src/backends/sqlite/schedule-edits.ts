import { isDeepStrictEqual } from 'node:util'
import type { ScheduleRecord } from '../../model/schedule-record.js'
import type { EpochMs } from '../../model/units.js'
import type { PutOutcome, SchedulePut, ScheduleStore } from '../../port/schedule-store.js'
import { scheduleOf, writeSchedule } from './schedule-record.js'
import { FORGET_TICKS } from './statements/schedule-ticks.js'
import { DELETE_DEFINITION, DELETE_SCHEDULE, SCHEDULE_OF } from './statements/schedules.js'
import type { Transaction } from './transaction.js'

/** Creates or edits one schedule; see `ScheduleStore.put`. */
export function putSchedule(tx: Transaction, put: SchedulePut): PutOutcome {
  const record = findSchedule(tx, put.name)
  if (put.version !== undefined && put.version !== (record?.version ?? null)) return { status: 'conflict', record }
  if (record === null) return { status: 'created', record: rewrite(tx, newRecord(tx, put), {}) }
  // As it would come back: what JSON drops was never there.
  const definition = JSON.parse(JSON.stringify(put.definition)) as ScheduleRecord['definition']
  if (isDeepStrictEqual(record.definition, definition)) return { status: 'unchanged', record }
  if (isStale(record, put.nextTickAt)) return { status: 'stale-tick', record }
  const { paused, nextTickAt, dueAt = nextTickAt } = put
  const anchor = record.definition.expression === definition.expression ? record.anchor : put.anchor
  const revision = record.revision + 1
  const pausedFor = paused ? record.pausedFor : null
  const change = { definition, paused, pausedFor, nextTickAt, dueAt, anchor, revision }
  return { status: 'updated', record: rewrite(tx, record, change) }
}

/** Removes one schedule with its history; see `ScheduleStore.remove`. */
export function removeSchedule(tx: Transaction, name: string, owner: string | null | undefined): 'removed' | 'unknown' {
  const record = findSchedule(tx, name)
  if (record === null || (owner !== undefined && record.definition.owner !== owner)) return 'unknown'
  tx.session.run(FORGET_TICKS, name, 0)
  tx.session.run(DELETE_DEFINITION, name)
  tx.session.run(DELETE_SCHEDULE, name)
  tx.changeSchedules()
  return 'removed'
}

/** Pauses or resumes one schedule; see `ScheduleStore.pause`. */
export function pauseSchedule(
  tx: Transaction,
  change: Parameters<ScheduleStore['pause']>[0]['changes'][number],
): 'changed' | 'unchanged' | 'unknown' | 'stale-tick' {
  const record = findSchedule(tx, change.name)
  if (record === null) return 'unknown'
  const { paused, nextTickAt, dueAt = nextTickAt } = change
  if (record.paused === paused) return 'unchanged'
  if (!paused && isStale(record, nextTickAt)) return 'stale-tick'
  rewrite(tx, record, { paused, pausedFor: null, ...(paused ? {} : { nextTickAt, dueAt }) })
  return 'changed'
}

function findSchedule(tx: Transaction, name: string): ScheduleRecord | null {
  const row = tx.session.get(SCHEDULE_OF, name)
  return row === undefined ? null : scheduleOf(row)
}

/** Changes a record, which gives it a new version. */
function rewrite(tx: Transaction, record: ScheduleRecord, change: Partial<ScheduleRecord>): ScheduleRecord {
  const after = { ...record, ...change, version: tx.takeVersion(), updatedAt: tx.now }
  writeSchedule(tx.session, after)
  tx.changeSchedules()
  return after
}

function newRecord(tx: Transaction, put: SchedulePut): ScheduleRecord {
  const { name, definition, incarnation, paused, anchor, nextTickAt, dueAt = nextTickAt } = put
  return {
    name,
    definition: structuredClone(definition),
    incarnation,
    version: 0,
    revision: 1,
    paused,
    pausedFor: null,
    createdAt: tx.now,
    updatedAt: tx.now,
    anchor,
    nextTickAt,
    dueAt,
    firedThrough: null,
    lastTickAt: null,
    fired: 0,
    skipped: 0,
    skippedBy: { missed: 0, overlap: 0, paused: 0, ended: 0 },
    late: 0,
    manual: 0,
    unfinished: null,
  }
}

function isStale({ firedThrough }: ScheduleRecord, nextTickAt: EpochMs | null): boolean {
  return nextTickAt !== null && firedThrough !== null && nextTickAt <= firedThrough
}
