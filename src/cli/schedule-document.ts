import type { ScheduleRecord, TickRecord } from '../model/schedule-record.js'
import { plainValue } from './job-document.js'
import { isoInstant } from './render/instant.js'

const NS_PER_MS = 1_000_000

/**
 * A schedule as `--json` prints it: the keys that other systems know first, in their order and with their units (`deadline` in
 * nanoseconds, 0 for none; `max_tries` 0 for what the task says), then rota's own. The keys are stable.
 * A deadline of up to 100 years in nanoseconds has at most 13 digits before its zeros, so that it is printed exactly.
 */
export function scheduleDocument(record: ScheduleRecord): Record<string, unknown> {
  const { definition } = record
  return {
    name: record.name,
    schedule: definition.expression,
    queue: definition.queue,
    task_type: definition.task,
    payload: plainValue(definition.payload),
    deadline: (definition.deadlineMs ?? 0) * NS_PER_MS,
    max_tries: definition.maxTries ?? 0,
    created_at: isoInstant(record.createdAt),
    description: definition.description ?? null,
    timeZone: definition.timeZone,
    dialect: definition.dialect,
    dst: definition.dst,
    priority: definition.priority,
    startAt: isoInstant(definition.startAt),
    endAt: isoInstant(definition.endAt),
    maxRuns: definition.maxRuns,
    missed: definition.missed,
    overlap: definition.overlap,
    jitterMs: definition.jitterMs,
    pauseOnFailure: definition.pauseOnFailure,
    owner: definition.owner,
    paused: record.paused,
    pausedFor: record.pausedFor,
    updatedAt: isoInstant(record.updatedAt),
    revision: record.revision,
    nextTickAt: isoInstant(record.nextTickAt),
    lastTickAt: isoInstant(record.lastTickAt),
    fired: record.fired,
    skipped: record.skipped,
    skippedBy: record.skippedBy,
    late: record.late,
    manual: record.manual,
  }
}

/** What became of a tick, as `--json` prints it. */
export function tickDocument({ tick, at, outcome, reason, lateMs, jobId, count }: TickRecord): Record<string, unknown> {
  return { tick: isoInstant(tick), at: isoInstant(at), outcome, reason, lateMs, jobId, count }
}
