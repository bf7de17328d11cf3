import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteRig } from '../../../test/backends/sqlite-rig.js'
import { newJob } from '../../testing/new-job.js'
import type { Backend } from '../../port/backend.js'
import type { ClaimParams, ClaimResult } from '../../port/job-store.js'
import type { Wakeup } from '../../port/wakeups.js'
import type { SqliteDatabase, SqliteTx } from './client-types.js'
import { openDatabase } from './driver.js'

let rig: SqliteRig
let backend: Backend<SqliteTx>
let database: SqliteDatabase
let hints: Wakeup[]

beforeEach(async () => {
  // Calls share a commit for 3 ms of its time: a clock that stands still lets no busy machine part them.
  rig = await SqliteRig.open()
  ;({ backend } = rig)
  database = await openDatabase(rig.file)
  hints = []
})

afterEach(async () => {
  database.close()
  await rig.close()
})

const commits = (): number => Number(Object.values(database.prepare('SELECT commits FROM state').all()[0] as object)[0])
const wanted: ClaimParams = {
  workerId: 'worker',
  leaseMs: 30_000,
  queues: [{ queue: 'queue', limit: 10 }],
  tasks: ['task'],
  limit: 10,
  suspects: true,
  from: 'highest',
}

/** Claims as soon as it hears of jobs, as a worker of this process does. */
function claimWhenHinted(): Promise<ClaimResult> {
  return new Promise((resolve, reject) => {
    let isFirst = true
    backend.wakeups?.subscribe((hint) => {
      hints.push(hint)
      if (hint.kind === 'jobs' && isFirst) backend.jobs.claim(wanted).then(resolve, reject)
      if (hint.kind === 'jobs') isFirst = false
    })
  })
}

test('a job for an idle worker of this process is stored and lent in one commit, and nobody is told to look for it again', async () => {
  const claimed = claimWhenHinted()
  const before = commits()
  await backend.jobs.enqueue({ jobs: [newJob({ id: 'first' })] })
  const { leases } = await claimed
  expect(leases.map(({ job }) => job.id)).toEqual(['first'])
  expect(commits()).toBe(before + 1)
  expect(hints.filter(({ kind }) => kind === 'jobs')).toHaveLength(1)
})

test('whoever may want what such a claim has left is told after the commit', async () => {
  const claimed = claimWhenHinted()
  await backend.jobs.enqueue({ jobs: [newJob(), newJob({ task: 'other' })] })
  expect((await claimed).leases).toHaveLength(1)
  expect(hints.filter(({ kind }) => kind === 'jobs')).toHaveLength(2)
})

test('nobody hears of a job that is due later before it is stored', async () => {
  const kinds: string[] = []
  backend.wakeups?.subscribe(({ kind }) => kinds.push(`${kind} at commit ${commits()}`))
  const before = commits()
  await backend.jobs.enqueue({ jobs: [newJob({ due: { inMs: 60_000 } })] })
  expect(kinds).toContain(`jobs at commit ${before + 1}`)
  expect(kinds).not.toContain(`jobs at commit ${before}`)
})
