import { isDeepStrictEqual } from 'node:util'
import type { ScheduleRecord } from '../../model/schedule-record.js'
import type { EpochMs } from '../../model/units.js'
import type { PutOutcome, SchedulePut, ScheduleStore } from '../../port/schedule-store.js'
import type { Commit } from './commit.js'
import type { StoredSchedule } from './state.js'

/** Creates or edits one schedule; see `ScheduleStore.put`. */
export function putSchedule(commit: Commit, put: SchedulePut): PutOutcome {
  const stored = commit.state.schedules.get(put.name)
  const record = stored?.record ?? null
  if (put.version !== undefined && put.version !== (record?.version ?? null)) return { status: 'conflict', record }
  if (stored === undefined || record === null) return { status: 'created', record: createSchedule(commit, put) }
  if (isDeepStrictEqual(record.definition, put.definition)) return { status: 'unchanged', record }
  if (isStale(record, put.nextTickAt)) return { status: 'stale-tick', record }
  const { definition, paused, nextTickAt, dueAt = nextTickAt } = put
  const anchor = record.definition.expression === definition.expression ? record.anchor : put.anchor
  const revision = record.revision + 1
  const pausedFor = paused ? record.pausedFor : null
  const change = { definition: structuredClone(definition), paused, pausedFor, nextTickAt, dueAt, anchor, revision }
  edit(commit, stored, change)
  return { status: 'updated', record: stored.record }
}

/** Removes one schedule with its history; see `ScheduleStore.remove`. */
export function removeSchedule(commit: Commit, name: string, owner: string | null | undefined): 'removed' | 'unknown' {
  const stored = commit.state.schedules.get(name)
  if (stored === undefined) return 'unknown'
  if (owner !== undefined && stored.record.definition.owner !== owner) return 'unknown'
  commit.state.scheduleTicks.delete(stored)
  commit.state.schedules.delete(name)
  commit.state.schedulesRevision += 1
  commit.hints.add('schedules')
  return 'removed'
}

/** Pauses or resumes one schedule; see `ScheduleStore.pause`. */
export function pauseSchedule(
  commit: Commit,
  change: Parameters<ScheduleStore['pause']>[0]['changes'][number],
): 'changed' | 'unchanged' | 'unknown' | 'stale-tick' {
  const { name, paused, nextTickAt, dueAt = nextTickAt } = change
  const stored = commit.state.schedules.get(name)
  if (stored === undefined) return 'unknown'
  if (stored.record.paused === paused) return 'unchanged'
  if (!paused && isStale(stored.record, nextTickAt)) return 'stale-tick'
  edit(commit, stored, { paused, pausedFor: null, ...(paused ? {} : { nextTickAt, dueAt }) })
  return 'changed'
}

/** Changes a record in a way that those who watch all schedules are to see. */
export function edit(commit: Commit, stored: StoredSchedule, change: Partial<ScheduleRecord>): void {
  commit.state.schedulesRevision += 1
  rewrite(commit, stored, change)
}

/** Changes a record, which gives it a new version, and its place among those that will be due. */
export function rewrite(commit: Commit, stored: StoredSchedule, change: Partial<ScheduleRecord>): void {
  const { state, now } = commit
  state.scheduleTicks.delete(stored)
  stored.record = Object.freeze({ ...stored.record, ...change, version: nextVersion(commit), updatedAt: now })
  stored.dueAt = stored.record.dueAt
  if (!stored.record.paused && stored.dueAt !== null) state.scheduleTicks.add(stored)
  commit.hints.add('schedules')
}

function createSchedule(commit: Commit, put: SchedulePut): ScheduleRecord {
  const { name, definition, incarnation, paused, anchor, nextTickAt, dueAt = nextTickAt } = put
  const record: ScheduleRecord = {
    name,
    definition: structuredClone(definition),
    incarnation,
    version: 0,
    revision: 1,
    paused,
    pausedFor: null,
    createdAt: commit.now,
    updatedAt: commit.now,
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
  const stored: StoredSchedule = { name, record, dueAt: null, history: [] }
  commit.state.schedules.set(name, stored)
  edit(commit, stored, {})
  return stored.record
}

/** Versions are drawn from one counter for all schedules, so that none comes again when a name is used again. */
function nextVersion({ state }: Commit): number {
  state.lastVersion += 1
  return state.lastVersion
}

function isStale({ firedThrough }: ScheduleRecord, nextTickAt: EpochMs | null): boolean {
  return nextTickAt !== null && firedThrough !== null && nextTickAt <= firedThrough
}
