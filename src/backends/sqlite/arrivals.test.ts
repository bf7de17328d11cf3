import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteRig } from '../../../test/backends/sqlite-rig.js'
import { newJob } from '../../testing/new-job.js'
import type { Backend } from '../../port/backend.js'
import { systemClock } from '../../time/system-clock.js'
import type { SqliteDatabase, SqliteTx } from './client-types.js'
import { openDatabase } from './driver.js'

let rig: SqliteRig
let backend: Backend<SqliteTx>
let database: SqliteDatabase

beforeEach(async () => {
  rig = await SqliteRig.open({ clock: systemClock })
  ;({ backend } = rig)
  database = await openDatabase(rig.file)
})

afterEach(async () => {
  database.close()
  await rig.close()
})

const placesTaken = (): unknown =>
  Object.values(database.prepare('SELECT count(*) AS n FROM ready').all()[0] as object)[0]
const claim = {
  workerId: 'worker',
  leaseMs: 30_000,
  queues: [{ queue: 'queue', limit: 100 }],
  tasks: ['task'],
  limit: 1,
  suspects: true,
  from: 'highest',
} as const

test('new jobs get no place of their own until somebody looks for one, and are shown as pending all the same', async () => {
  const jobs = [newJob({ priority: 4 }), newJob({ priority: 2, due: { inMs: 60_000 } }), newJob({ priority: 2 })]
  await backend.jobs.enqueue({ jobs })
  expect(placesTaken()).toBe(0)

  const ids = jobs.map(({ id }) => id)
  const records = await backend.inspector.get({ ids })
  expect(records.map((record) => record?.state)).toEqual(['pending', 'pending', 'pending'])
  const inOrder = [ids[2], ids[1], ids[0]]
  const first = await backend.inspector.list({ state: 'pending', limit: 2, after: null })
  const second = await backend.inspector.list({ state: 'pending', limit: 2, after: first.next })
  expect([...first.jobs, ...second.jobs].map(({ id }) => id)).toEqual(inOrder)
  expect(second.next).toBeNull()
  expect((await backend.inspector.lag({})).map(({ queue }) => queue)).toEqual([jobs[0]?.queue])
  expect(await backend.maintenance.verify({})).toEqual([])

  await backend.jobs.claim({
    ...claim,
    queues: [{ queue: jobs[0]?.queue ?? '', limit: 1 }],
    tasks: [jobs[0]?.task ?? ''],
  })
  expect(placesTaken()).toBe(2)
  expect(await backend.maintenance.verify({})).toEqual([])
})

test('pages of pending jobs hold each of them once while some are ready and others have just arrived', async () => {
  const older = Array.from({ length: 7 }, () => newJob())
  await backend.jobs.enqueue({ jobs: older })
  await backend.jobs.claim({ ...claim, tasks: ['none'] })
  expect(placesTaken()).toBe(7)
  const newer = Array.from({ length: 7 }, (_, n) => newJob({ due: { inMs: n } }))
  await backend.jobs.enqueue({ jobs: newer })

  const listed: string[] = []
  for (let after: string | null = null; ;) {
    const page = await backend.inspector.list({ state: 'pending', limit: 3, after })
    listed.push(...page.jobs.map(({ id }) => id))
    if (page.next === null) break
    after = page.next
  }
  expect(listed).toEqual([...older, ...newer].map(({ id }) => id))
})

test('whoever brings the two thousandth arrival makes all of them ready', async () => {
  const some = (jobs: number) => ({ jobs: Array.from({ length: jobs }, () => newJob()) })
  await backend.jobs.enqueue(some(1000))
  await backend.jobs.enqueue(some(999))
  expect(placesTaken()).toBe(0)
  await backend.jobs.enqueue(some(1))
  expect(placesTaken()).toBe(2000)
})
