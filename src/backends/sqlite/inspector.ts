import { JOB_STATES } from '../../model/job-state.js'
import type { CountRecord, Inspector } from '../../port/inspector.js'
import { recordOf } from './job-record.js'
import { SLOTS_PER_KIND, stateOfSlot } from './lanes.js'
import { ALL_COUNTERS, RECORDS_BY_ID } from './statements/record.js'
import type { Session } from './session.js'
import type { Store } from './store.js'

export function createInspector(store: Store): Inspector {
  const role: Pick<Inspector, 'get' | 'counts'> = {
    async get(params) {
      return store.read(params, (session) => {
        const rows = session.all(RECORDS_BY_ID, JSON.stringify(params.ids))
        const records = new Map(rows.map((row) => [row[3], recordOf(row, store.kind(session, row[1]))]))
        return params.ids.map((id) => records.get(id) ?? null)
      })
    },

    async counts(params) {
      return store.read(params, (session) => countsOf(store, session, params.queues))
    },
  }
  return role as Inspector
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
  const place = (record: CountRecord): number => JOB_STATES.indexOf(record.state)
  const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  return [...sums.values()]
    .filter(({ total }) => total > 0)
    .sort((a, b) => byName(a.queue, b.queue) || byName(a.task, b.task) || place(a) - place(b))
}
