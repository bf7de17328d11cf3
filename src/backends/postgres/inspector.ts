import { JOB_STATES } from '../../model/job-state.js'
import type { LogLine } from '../../model/job.js'
import { checkPage } from '../../port/checks.js'
import type { CountRecord, Inspector, JobDetails } from '../../port/inspector.js'
import { textsOf } from './arrays.js'
import { RECORD_COLUMNS, RECORD_JOINS, recordOf, STATE_NAMES } from './job-record.js'
import { listJobs } from './list.js'
import type { Store } from './store.js'

const GET = `SELECT ${RECORD_COLUMNS} FROM {s}.bodies b ${RECORD_JOINS} WHERE b.id = ANY ($1)`

const DETAILS = `SELECT b.id, json_build_object(
    'progress', (SELECT json_build_object('json', p.json, 'note', p.note) FROM {s}.progress p WHERE p.seq = b.seq),
    'logs', ARRAY(SELECT json_build_object('at', l.at, 'level', l.level, 'message', l.message) FROM {s}.logs l WHERE l.seq = b.seq ORDER BY l.id),
    'steps', ARRAY(SELECT json_build_object('key', t.key, 'value', json_build_object('json', t.json, 'note', t.note))
      FROM {s}.steps t WHERE t.seq = b.seq ORDER BY t.id),
    'errors', ARRAY(SELECT json_build_object('at', e.at, 'error', e.error) FROM {s}.errors e WHERE e.seq = b.seq ORDER BY e.id))
  FROM {s}.bodies b WHERE b.id = ANY ($1)`

const COUNTS = `SELECT k.queue, k.task, c.slot & 7, sum(c.count), sum(c.total)
  FROM (SELECT slot, count, total FROM {s}.counters UNION ALL SELECT slot, count, total FROM {s}.deltas) c
  JOIN {s}.kinds k ON k.id = c.slot >> 3 WHERE $1::text[] IS NULL OR k.queue = ANY ($1)
  GROUP BY 1, 2, 3 HAVING sum(c.total) > 0`

const LAG = `SELECT k.queue, min((SELECT l.visible_at FROM {s}.live l WHERE l.lane = k.id * 8 + p ORDER BY l.visible_at, l.seq LIMIT 1)) AS due
  FROM {s}.kinds k CROSS JOIN generate_series(0, 5) p GROUP BY k.queue`

const ABOUT = `SELECT current_setting('server_version'), current_database(), (SELECT version FROM {s}.meta),
  (SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r'),
  current_setting('synchronous_commit')`

export function createInspector(store: Store): Inspector {
  return {
    async get(params) {
      const records = new Map(
        (await store.read(params, GET, [textsOf(params.ids)])).map((row) => [row[0], recordOf(row)]),
      )
      return params.ids.map((id) => records.get(id) ?? null)
    },

    async details(params) {
      const rows = await store.read(params, DETAILS, [textsOf(params.ids)])
      const details = new Map(rows.map(([id, text]) => [id, detailsOf(text)]))
      return params.ids.map((id) => details.get(id) ?? null)
    },

    async list(params) {
      checkPage('inspector.list', params.limit)
      return listJobs(store, params)
    },

    async counts(params) {
      const rows = await store.read(params, COUNTS, [params.queues === undefined ? null : textsOf(params.queues)])
      const records = rows.map(([queue, task, slot, count, total]): CountRecord => {
        const state = STATE_NAMES[Number(slot)] as CountRecord['state']
        return { queue: queue ?? '', task: task ?? '', state, count: Number(count), total: Number(total) }
      })
      const place = ({ state }: CountRecord): number => JOB_STATES.indexOf(state)
      return records.sort((a, b) => byName(a.queue, b.queue) || byName(a.task, b.task) || place(a) - place(b))
    },

    async lag(params) {
      const rows = await store.read(params, `SELECT queue, due FROM (${LAG}) x WHERE due <= {s}.now_ms()`)
      return rows
        .map(([queue, due]) => ({ queue: queue ?? '', dueAt: Number(due) }))
        .sort((a, b) => byName(a.queue, b.queue))
    },

    async describe(params) {
      const { schema } = store.options
      const quoted = `"${schema.replaceAll('"', '""')}"`
      const [row] = await store.read(params, ABOUT, [quoted])
      const [version, database, step, bytes, commit] = row ?? []
      return [
        { label: 'store', value: 'postgres' },
        { label: 'place', value: `database ${database ?? ''}, schema ${schema}` },
        { label: 'version', value: `PostgreSQL ${version ?? ''}, schema ${step ?? ''}` },
        { label: 'durability', value: `synchronous_commit ${commit ?? ''}` },
        { label: 'size', value: `${bytes ?? '0'} bytes` },
      ]
    },
  }
}

function detailsOf(text: string | null | undefined): JobDetails {
  const details = JSON.parse(text ?? '{}') as JobDetails & { readonly logs: readonly LogLine[] }
  return details
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
