import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteRig } from '../../../test/backends/sqlite-rig.js'
import type { NewJob } from '../../model/job.js'
import { complete } from '../../model/lease.js'
import type { Backend } from '../../port/backend.js'
import type { ClaimParams } from '../../port/job-store.js'
import { systemClock } from '../../time/system-clock.js'
import type { SqliteTx } from './client-types.js'

let rig: SqliteRig
let backend: Backend<SqliteTx>
let made = 0

beforeEach(async () => {
  rig = await SqliteRig.open({ clock: systemClock })
  ;({ backend } = rig)
})

afterEach(async () => {
  await rig.close()
})

const job = (fields: Partial<NewJob> = {}): NewJob => ({
  id: `job-${++made}`,
  task: 'task',
  queue: 'queue',
  priority: 3,
  payload: { json: '{}', note: null },
  headers: null,
  due: { inMs: 0 },
  deadline: null,
  maxTries: null,
  uniqueKey: null,
  tick: null,
  parents: [],
  ...fields,
})

const claim = (fields: Partial<ClaimParams> = {}): ClaimParams => ({
  workerId: 'worker',
  leaseMs: 30_000,
  queues: [{ queue: 'queue', limit: 100 }],
  tasks: ['task', 'other'],
  limit: 100,
  suspects: true,
  from: 'highest',
  ...fields,
})

test('jobs of several tasks and priorities of a queue come by priority and then in the order of their enqueue', async () => {
  const jobs = Array.from({ length: 60 }, (_, n) =>
    job({ task: n % 3 === 0 ? 'other' : 'task', priority: n % 2 === 0 ? 3 : 1 }),
  )
  await backend.jobs.enqueue({ jobs })
  const { leases } = await backend.jobs.claim(claim({ limit: 50 }))
  const expected = [...jobs.filter(({ priority }) => priority === 1), ...jobs.filter(({ priority }) => priority === 3)]
  expect(leases.map((lease) => lease.job.id)).toEqual(expected.slice(0, 50).map(({ id }) => id))
})

test('a mixed call of plain, repeated, stale and foreign receipts is answered one by one', async () => {
  await backend.jobs.enqueue({ jobs: [job(), job({ uniqueKey: 'key' }), job()] })
  const { leases } = await backend.jobs.claim(claim())
  const receipts = leases.map(({ receipt }) => receipt)
  const settlements = [receipts[0]!, receipts[1]!, receipts[0]!, '99.1', 'foreign', receipts[2]!].map((receipt) =>
    complete(receipt, null),
  )
  expect(await backend.jobs.settle({ settlements })).toEqual([
    'settled',
    'settled',
    'settled',
    'lost',
    'lost',
    'settled',
  ])
  expect(await backend.jobs.enqueue({ jobs: [job({ uniqueKey: 'key' })] })).toMatchObject([{ status: 'inserted' }])
})

test('a call that fails in a group is undone alone', async () => {
  const orphan = job({ parents: [{ id: 'nobody', otherwise: 'fail' }] })
  const calls = await Promise.allSettled([
    backend.jobs.enqueue({ jobs: [job({ id: 'before' })] }),
    backend.jobs.enqueue({ jobs: [job({ id: 'with' }), orphan] }),
    backend.jobs.enqueue({ jobs: [job({ id: 'after', task: 'new' })] }),
  ])
  expect(calls.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  const records = await backend.inspector.get({ ids: ['before', 'with', 'after'] })
  expect(records.map((record) => record?.state)).toEqual(['pending', undefined, 'pending'])
  const counts = await backend.inspector.counts({})
  expect(counts.map(({ task, count }) => [task, count])).toEqual([
    ['new', 1],
    ['task', 1],
  ])
})
