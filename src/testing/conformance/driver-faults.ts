import assert from 'node:assert/strict'
import { complete, type Lease, type Settlement } from '../../model/lease.js'
import type { NewJob } from '../../model/job.js'
import type { Backend } from '../../port/backend.js'
import type { Call } from '../../port/call.js'
import type { Fire } from '../../port/schedule-store.js'
import { json, newJob, newJobs } from '../new-job.js'
import { newSchedule } from '../new-schedule.js'
import { chapter, needs, type Case } from './chapter.js'
import { fireOf } from './fire-of.js'
import { claimParams, LEASE_MS, type TestStore } from './test-store.js'
import type { FaultMode } from './target.js'

/** A call that needs more driver calls than this has none of the five hops of the design left. */
const DRIVER_CALLS_MAX = 1_000

/** One call of the port, and what must be true whether its driver failed or not. */
interface Trial<Prepared> {
  prepare(store: TestStore): Promise<Prepared>
  call(backend: Backend<unknown>, prepared: Prepared, call: Call): Promise<unknown>
  /** `isDone`: the call resolved. `backend` is a fresh handle where there can be one. */
  check(store: TestStore, backend: Backend<unknown>, prepared: Prepared, isDone: boolean): Promise<void>
}

export const driverFaults = chapter('Driver faults: full effect or none, whichever call of the driver goes wrong', {
  'an enqueue stores all of its jobs or none, and can be repeated': tried<readonly NewJob[]>({
    prepare: async (t) => {
      const [parent] = await t.enqueue(newJob({ priority: 1 }))
      return [newJob(), newJob({ uniqueKey: 'key' }), newJob({ parents: [{ id: parent!, otherwise: 'fail' }] })]
    },
    call: async (backend, jobs, call) => backend.jobs.enqueue({ jobs, ...call }),
    async check(_, backend, jobs, isDone) {
      const stored = await exist(backend, jobs)
      assert.equal(stored, isDone || stored > 0 ? 3 : 0)
      const again = await backend.jobs.enqueue({ jobs })
      assert.deepEqual(
        again.map(({ id }) => id),
        jobs.map(({ id }) => id),
      )
      assert.deepEqual(new Set(again.map(({ status }) => status)), new Set([stored === 3 ? 'duplicate' : 'inserted']))
      assert.equal(await exist(backend, jobs), 3)
    },
  }),

  'a claim lends all of its jobs or none, and what it lent to nobody comes back': tried<readonly string[]>({
    prepare: async (t) => t.enqueue(...newJobs(3)),
    call: async (backend, _, call) => backend.jobs.claim({ ...claimParams(), ...call }),
    async check(t, backend, ids, isDone) {
      const records = await backend.inspector.get({ ids })
      const states = new Set(records.map((record) => record?.state))
      assert.deepEqual([...states], isDone || states.has('running') ? ['running'] : ['pending'])
      if (t.target.clock === null) return
      await t.advance(LEASE_MS + backend.capabilities.reclaimLagMs)
      await backend.maintenance.tick({})
      let claimed = 0
      // Suspects come one by one.
      while (claimed < ids.length) {
        const { leases } = await backend.jobs.claim(claimParams())
        assert.ok(leases.length > 0, 'what was lent to nobody comes back')
        claimed += leases.length
      }
    },
  }),

  'an extension can be repeated': tried<Lease>({
    prepare: lendOne,
    call: async (backend, { receipt }, call) => backend.jobs.extend({ receipts: [receipt], leaseMs: 90_000, ...call }),
    async check(_, backend, lease, isDone) {
      const [record] = await backend.inspector.get({ ids: [lease.job.id] })
      assert.equal(record?.state, 'running')
      if (isDone) assert.ok(record.visibleAt! > lease.leaseUntil)
      assert.deepEqual(await backend.jobs.extend({ receipts: [lease.receipt], leaseMs: 90_000 }), ['extended'])
    },
  }),

  'a settlement is recorded with its follow-ups or not at all, and can be repeated': tried<Settlements>({
    prepare: lendTwo,
    call: async (backend, { settlements }, call) => backend.jobs.settle({ settlements, ...call }),
    check: async (_, backend, prepared, isDone) => isSettledOrNot(backend, prepared, isDone),
  }),

  'an exchange loses no settlement, and its settlements can be repeated': tried<Settlements>({
    prepare: lendTwo,
    call: async (backend, { settlements }, call) =>
      backend.jobs.exchange({ settlements, claim: claimParams({ suspects: false }), ...call }),
    check: async (_, backend, prepared, isDone) => isSettledOrNot(backend, prepared, isDone),
  }),

  'a firing moves each schedule on and makes its job, or neither, and can be repeated': tried<readonly Fire[]>({
    async prepare(t) {
      const nextTickAt = await t.now()
      const schedules = [newSchedule('a', { nextTickAt }), newSchedule('b', { nextTickAt })]
      const put = await t.backend.schedules.put({ schedules })
      return put.map(({ record }) => fireOf(record!, nextTickAt + 60_000))
    },
    call: async (backend, fires, call) => backend.schedules.fire({ fires, ...call }),
    async check(_, backend, fires, isDone) {
      const records = await backend.schedules.get({ names: fires.map(({ name }) => name) })
      for (const [at, { tick, jobs, version, name }] of fires.entries()) {
        const isFired = records[at]?.firedThrough === tick
        assert.ok(isFired || (!isDone && records[at]?.version === version))
        assert.equal(await exist(backend, jobs), isFired ? 1 : 0)
        const [again] = await backend.schedules.fire({ fires: fires.filter((fire) => fire.name === name) })
        assert.equal(again, isFired ? 'superseded' : 'fired')
        assert.equal(await exist(backend, jobs), 1)
      }
    },
  }),
})

/** Fails the first driver call of the call, then the second and so on, in every way of the driver, until a run meets no fault. */
function tried<Prepared>(trial: Trial<Prepared>): Omit<Case, 'name'> {
  return needs('faults', async (t) => {
    for (const mode of t.target.faults?.modes ?? []) {
      let nth = 1
      while (await isHit(await t.fresh(), trial, mode, nth)) {
        nth += 1
        assert.ok(nth <= DRIVER_CALLS_MAX, `${mode}: a run without a fault must come`)
      }
      assert.ok(nth > 1, `${mode}: the call must reach the driver`)
    }
  })
}

/** True when the fault came. */
async function isHit<Prepared>(t: TestStore, trial: Trial<Prepared>, mode: FaultMode, nth: number): Promise<boolean> {
  const { faults } = t.target
  assert.ok(faults)
  const prepared = await trial.prepare(t)
  const controller = new AbortController()
  let hit = false
  const onHit = (): void => {
    hit = true
    // Nobody else would end a call that hangs.
    if (mode === 'hang') controller.abort(new Error('the driver hangs'))
  }
  faults.arm({ nth, mode, onHit })
  const isDone = await trial.call(t.backend, prepared, { signal: controller.signal }).then(
    () => true,
    () => false,
  )
  faults.disarm()
  const backend = t.target.second === undefined ? t.backend : await t.second()
  await trial.check(t, backend, prepared, isDone)
  assert.deepEqual(await backend.maintenance.verify({}), [])
  assert.ok(hit || isDone, 'without a fault the call must work')
  return hit
}

interface Settlements {
  readonly settlements: readonly Settlement[]
  readonly jobs: readonly string[]
  readonly followUps: readonly NewJob[]
}

async function lendOne(t: TestStore): Promise<Lease> {
  await t.enqueue(newJob())
  return t.claimOne()
}

async function lendTwo(t: TestStore): Promise<Settlements> {
  await t.enqueue(...newJobs(2))
  const leases = await t.leases()
  const followUps = leases.map(() => newJob({ queue: 'next' }))
  const settlements = leases.map(({ receipt }, at) => complete(receipt, json(at), [followUps[at]!]))
  return { settlements, followUps, jobs: leases.map(({ job }) => job.id) }
}

async function isSettledOrNot(
  backend: Backend<unknown>,
  { settlements, jobs, followUps }: Settlements,
  isDone: boolean,
): Promise<void> {
  const states = (await backend.inspector.get({ ids: jobs })).map((record) => record?.state)
  const made = await exist(backend, followUps)
  assert.deepEqual([new Set(states).size, made], [1, states[0] === 'completed' ? 2 : 0])
  if (isDone) assert.equal(states[0], 'completed')
  assert.deepEqual(
    await backend.jobs.settle({ settlements }),
    ['settled', 'settled'],
    'the same settlement can be repeated',
  )
  const records = await backend.inspector.get({ ids: jobs })
  assert.deepEqual(
    records.map((record) => record?.result),
    [json(0), json(1)],
  )
  assert.equal(await exist(backend, followUps), 2)
}

async function exist(backend: Backend<unknown>, jobs: readonly NewJob[]): Promise<number> {
  const records = await backend.inspector.get({ ids: jobs.map(({ id }) => id) })
  return records.filter((record) => record !== null).length
}
