import { statSync } from 'node:fs'
import { JOB_STATES } from '../../model/job-state.js'
import type { LogLine } from '../../model/job.js'
import type { EpochMs } from '../../model/units.js'
import { checkPage } from '../../port/checks.js'
import type { CountRecord, Inspector, JobDetails } from '../../port/inspector.js'
import { recordOf } from './job-record.js'
import { kindOfLane, SLOTS_PER_KIND, stateOfSlot } from './lanes.js'
import { listJobs } from './list.js'
import type { Session } from './session.js'
import { ARRIVAL_HEADS } from './statements/arrivals.js'
import { LANE_HEADS } from './statements/claim.js'
import { ABOUT } from './statements/describe.js'
import { SEQ_OF } from './statements/enqueue.js'
import { ALL_COUNTERS, RECORDS_BY_ID } from './statements/record.js'
import { ERRORS_OF, LOGS_OF, PROGRESS_OF, STEPS_OF } from './statements/reports.js'
import type { Store } from './store.js'

export function createInspector(store: Store): Inspector {
  return {
    async get(params) {
      return store.read(params, (session) => {
        const rows = session.all(RECORDS_BY_ID, JSON.stringify(params.ids))
        const records = new Map(rows.map((row) => [row[3], recordOf(row, store.kind(session, row[1]))]))
        return params.ids.map((id) => records.get(id) ?? null)
      })
    },

    async details(params) {
      return store.read(params, (session) =>
        params.ids.map((id) => {
          const row = session.get(SEQ_OF, id)
          return row === undefined ? null : detailsOf(session, row[0])
        }),
      )
    },

    async list(params) {
      checkPage('inspector.list', params.limit)
      return store.read(params, (session) => listJobs(session, params))
    },

    async counts(params) {
      return store.read(params, (session) => countsOf(store, session, params.queues))
    },

    async lag(params) {
      const now = store.options.clock.now()
      return store.read(params, (session) => lagOf(store, session, now))
    },

    async describe(params) {
      const { file, durability } = store.options
      const about = await store.read(params, (session) => session.get(ABOUT))
      const [version, schema, pages, pageSize] = about ?? ['unknown', 0, 0, 0]
      return [
        { label: 'store', value: 'sqlite' },
        { label: 'place', value: file },
        { label: 'version', value: `SQLite ${version}, schema ${schema}` },
        { label: 'durability', value: durability },
        { label: 'size', value: `${pages * pageSize} bytes` },
        { label: 'log', value: `${sizeOf(`${file}-wal`)} bytes` },
      ]
    },
  }
}

function detailsOf(session: Session, seq: number): JobDetails {
  const [json, note] = session.get(PROGRESS_OF, seq) ?? [null, null]
  return {
    progress: json === null ? null : { json, note },
    logs: session.all(LOGS_OF, seq).map(([at, level, message]) => ({ at, level: level as LogLine['level'], message })),
    steps: session.all(STEPS_OF, seq).map(([key, json, note]) => ({ key, value: { json, note } })),
    errors: session.all(ERRORS_OF, seq).map(([at, error]) => ({ at, error })),
  }
}

function countsOf(store: Store, session: Session, queues: readonly string[] | undefined): readonly CountRecord[] {
  const sums = new Map<string, CountRecord>()
  for (const [slot, count, total] of session.all(ALL_COUNTERS)) {
    const { queue, task } = store.kind(session, Math.floor(slot / SLOTS_PER_KIND))
    const state = stateOfSlot(slot)
    if (state === null || (queues !== undefined && !queues.includes(queue))) continue
    const key = `${queue}\n${task}\n${state}`
    const sum = sums.get(key) ?? { queue, task, state, count: 0, total: 0 }
    sums.set(key, { ...sum, count: sum.count + count, total: sum.total + total })
  }
  const place = ({ state }: CountRecord): number => JOB_STATES.indexOf(state)
  return [...sums.values()]
    .filter(({ total }) => total > 0)
    .sort((a, b) => byName(a.queue, b.queue) || byName(a.task, b.task) || place(a) - place(b))
}

function lagOf(
  store: Store,
  session: Session,
  now: EpochMs,
): readonly { readonly queue: string; readonly dueAt: EpochMs }[] {
  const oldest = new Map<string, EpochMs>()
  const ready = session.all(LANE_HEADS).map(([lane, headAt]) => [kindOfLane(lane), headAt] as const)
  for (const [kind, headAt] of [...ready, ...session.all(ARRIVAL_HEADS)]) {
    const { queue } = store.kind(session, kind)
    if (headAt <= now && headAt < (oldest.get(queue) ?? Number.POSITIVE_INFINITY)) oldest.set(queue, headAt)
  }
  return [...oldest].map(([queue, dueAt]) => ({ queue, dueAt })).sort((a, b) => byName(a.queue, b.queue))
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
