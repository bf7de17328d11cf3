import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { postgresServer } from '../../../test/servers/postgres.js'
import type { NewJob } from '../../model/job.js'
import { complete, type Lease } from '../../model/lease.js'
import type { ScheduleRecord } from '../../model/schedule-record.js'
import { fireOf } from '../../testing/conformance/fire-of.js'
import { claimParams } from '../../testing/conformance/test-store.js'
import { newJob } from '../../testing/new-job.js'
import { newSchedule } from '../../testing/new-schedule.js'
import { migratePostgres } from './migrate-schema.js'
import { postgres } from './postgres-backend.js'

const url = await postgresServer('embedded')
const schema = `rota held ${process.pid}`

describe.skipIf(url === null)('a job that a transaction of a user holds', () => {
  const pool = new pg.Pool({ connectionString: url ?? '', max: 20 })
  const backend = postgres({ pool, schema, listen: false, callTimeoutMs: 600_000 })
  let user: pg.PoolClient
  beforeAll(async () => backend.open())
  beforeEach(async () => {
    user = await pool.connect()
    await user.query('BEGIN')
  })
  afterEach(async () => {
    await user.query('ROLLBACK')
    user.release()
    expect(await backend.maintenance.verify({})).toEqual([])
  })
  afterAll(async () => {
    await backend.close()
    await migratePostgres({ pool, schema, to: 0 })
    await pool.end()
  })

  /** Jobs of a queue of their own, running; the first gets a child in the transaction. */
  const running = async (queue: string, count: number): Promise<{ leases: readonly Lease[]; child: NewJob }> => {
    const jobs = Array.from({ length: count }, () => newJob({ queue }))
    await backend.jobs.enqueue({ jobs })
    const { leases } = await backend.jobs.claim(claimParams({ queues: [{ queue, limit: count }] }))
    const child = newJob({ queue: `${queue}-children`, parents: [{ id: leases[0]!.job.id, otherwise: 'fail' }] })
    await backend.jobs.enqueue({ jobs: [child] }, user)
    return { leases, child }
  }
  const completions = (leases: readonly Lease[]): ReturnType<typeof complete>[] =>
    leases.map(({ receipt }) => complete(receipt, null))
  const rest = (count: number, said: string): string[] => Array.from({ length: count }, () => said)

  it('costs no other job its lease', async () => {
    const { leases } = await running('leases', 5)
    const receipts = ['1.1', ...leases.map(({ receipt }) => receipt)]
    const extended = await backend.jobs.extend({ receipts, leaseMs: 30_000, impatient: true })
    expect(extended).toEqual(['lost', 'busy', ...rest(4, 'extended')])
    await backend.jobs.cancel({ ids: [leases[4]!.job.id], reason: null })
    await user.query('ROLLBACK')
    expect(await backend.jobs.extend({ receipts, leaseMs: 30_000, impatient: true })).toEqual([
      'lost',
      ...rest(4, 'extended'),
      'cancel-requested',
    ])
    await backend.jobs.settle({ settlements: completions(leases) })
  })

  it('lets the jobs that have ended with it be settled, and the next be claimed', async () => {
    const { leases, child } = await running('ended', 40)
    const next = newJob({ queue: 'next' })
    await backend.jobs.enqueue({ jobs: [next] })
    const claim = claimParams({ queues: [{ queue: 'next', limit: 1 }] })
    const exchanged = await backend.jobs.exchange({ settlements: completions(leases), claim, impatient: true })
    expect(exchanged.outcomes).toEqual(['busy', ...rest(39, 'settled')])
    expect(exchanged.leases.map(({ job }) => job.id)).toEqual([next.id])
    const again = { settlements: completions([...leases, ...exchanged.leases]), impatient: true }
    expect(await backend.jobs.settle(again)).toEqual(['busy', ...rest(40, 'settled')])

    const waiting = backend.jobs.settle({ settlements: completions(leases.slice(0, 1)) })
    await user.query('COMMIT')
    expect(await waiting).toEqual(['settled'])
    expect(await backend.inspector.get({ ids: [child.id] })).toMatchObject([{ state: 'pending' }])
  })

  it('may be one that waits for a job which ends', async () => {
    const { leases } = await running('parents', 4)
    const child = newJob({ queue: 'held-child', parents: [{ id: leases[2]!.job.id, otherwise: 'fail' }] })
    await backend.jobs.enqueue({ jobs: [child] })
    await user.query(
      `UPDATE "${schema}".live SET due_at = due_at WHERE seq = (SELECT seq FROM "${schema}".bodies WHERE id = $1)`,
      [child.id],
    )
    const settlements = completions(leases)
    expect(await backend.jobs.settle({ settlements, impatient: true })).toEqual(['busy', 'settled', 'busy', 'settled'])
    await user.query('COMMIT')
    expect(await backend.jobs.settle({ settlements, impatient: true })).toEqual(rest(4, 'settled'))
    expect(await backend.inspector.get({ ids: [child.id] })).toMatchObject([{ state: 'pending' }])
  })

  it('can get children in several transactions at one time from the second on, and keeps its lease meanwhile', async () => {
    const { leases } = await running('family', 1)
    await user.query('COMMIT; BEGIN')
    const parents = [{ id: leases[0]!.job.id, otherwise: 'fail' as const }]
    const other = await pool.connect()
    await other.query('BEGIN')
    for (const tx of [user, other]) {
      const [outcome] = await backend.jobs.enqueue({ jobs: [newJob({ queue: 'family-children', parents })] }, tx)
      expect(outcome?.status).toBe('inserted')
    }
    const extend = { receipts: leases.map(({ receipt }) => receipt), leaseMs: 30_000, impatient: true }
    expect(await backend.jobs.extend(extend)).toEqual(['extended'])
    expect(await backend.jobs.settle({ settlements: completions(leases), impatient: true })).toEqual(['busy'])
    await user.query('COMMIT')
    await other.query('COMMIT')
    other.release()
    await backend.jobs.settle({ settlements: completions(leases) })
    const { leases: children } = await backend.jobs.claim(
      claimParams({ queues: [{ queue: 'family-children', limit: 9 }] }),
    )
    expect(children.length).toBe(3)
    await backend.jobs.settle({ settlements: completions(children) })
  })

  it('does not hold up other schedules of a batch, when one of them would call it off', async () => {
    const { leases } = await running('overlap', 1)
    const names = Array.from({ length: 6 }, (_, at) => `held-${at}`)
    await backend.schedules.put({ schedules: names.map((name) => newSchedule(name, { nextTickAt: 1 })) })
    const records = (await backend.schedules.get({ names })) as ScheduleRecord[]
    const cancel = { ids: [leases[0]!.job.id], reason: null }
    const free = { ids: ['nobody'], reason: null }
    const fires = records.map((record, at) => ({
      ...fireOf(record, null),
      ...(at === 2 ? { cancel } : at === 4 ? { cancel: free } : {}),
    }))
    const outcomes = await backend.schedules.fire({ fires, impatient: true })
    expect(outcomes).toEqual(['fired', 'fired', 'busy', 'fired', 'fired', 'fired'])
    await user.query('COMMIT')
    expect(await backend.schedules.fire({ fires: fires.slice(2, 3), impatient: true })).toEqual(['fired'])
    await backend.schedules.remove({ names })
    await backend.jobs.settle({ settlements: completions(leases) })
  })

  it('and a pair of queue and task that it was the first to use, make nobody wait', async () => {
    const pair = { queue: 'first-ever', task: 'task' }
    await user.query(`SELECT "${schema}".enqueue($1, queue => $2)`, [pair.task, pair.queue])
    expect(await backend.jobs.enqueue({ jobs: [newJob(pair)] })).toMatchObject([{ status: 'inserted' }])
    await user.query('COMMIT')
    const { leases } = await backend.jobs.claim(claimParams({ queues: [{ queue: pair.queue, limit: 9 }] }))
    expect(leases.map(({ job }) => [job.queue, job.task])).toEqual([
      ['first-ever', 'task'],
      ['first-ever', 'task'],
    ])
    const counts = await backend.inspector.counts({ queues: [pair.queue] })
    expect(counts.filter(({ count }) => count > 0)).toMatchObject([{ state: 'running', count: 2 }])
    await backend.jobs.settle({ settlements: completions(leases) })
  })
})
