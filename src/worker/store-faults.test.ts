import { beforeEach, describe, expect, test } from 'vitest'
import { WorkerRig } from '../../test/worker/worker-rig.js'
import type { Fault } from '../../test/worker/worker-rig.js'
import { RotaError } from '../model/errors.js'
import type { Settlement } from '../model/lease.js'
import { task } from '../model/task-definition.js'
import type { FailureReport } from '../model/task-definition.js'
import type { Backend } from '../port/backend.js'

let rig: WorkerRig

beforeEach(() => {
  rig = new WorkerRig()
})

const FAULTS: readonly Fault[] = ['before', 'after', 'hang']

describe('a settlement', () => {
  test.each(FAULTS)(
    'that fails (%s) is sent again until the store takes it, and its handler is not run again',
    async (fault) => {
      let runs = 0
      const once = task('once', () => ++runs)
      await rig.started([once])
      let failures = 5
      rig.fault = ({ name }) => (['exchange', 'settle'].includes(name) && failures-- > 0 ? fault : null)
      const id = await rig.enqueue(once)
      await rig.clock.advance(180_000)
      expect(await rig.job(id)).toMatchObject({ state: 'completed', fence: 1, result: { json: '1' } })
      expect(runs).toBe(1)
      expect(rig.ofType('store-error').map(({ failures }) => failures)).toEqual([1, 2, 3, 4, 5])
      expect(rig.ofType('store-recovered')).toEqual([{ type: 'store-recovered', call: 'settle', failures: 5 }])
      expect(rig.ofType('lease-lost')).toEqual([])
    },
  )

  test('that the store cannot take for longer than a lease is recorded when it is back, if nobody else ran the job', async () => {
    const once = task('once', async () => rig.clock.sleep(10))
    await rig.started([once])
    const id = await rig.enqueue(once)
    await rig.clock.settle()
    rig.fault = () => 'before'
    await rig.clock.advance(300_000)
    expect((await rig.job(id)).state).toBe('running')
    rig.fault = () => null
    await rig.clock.advance(10_000)
    expect(await rig.job(id)).toMatchObject({ state: 'completed', tries: 0, fence: 1 })
  })

  test('that the store refuses does not hold up the others, and its job ends as failed with the reason', async () => {
    const work = task('work', (n: number) => n)
    const refusing = refuseSettlements(
      (settlement) => settlement.kind === 'complete' && settlement.result?.json === '3',
    )
    const ids = await rig.enqueueAll(work, 8)
    await rig.started([work], { backend: refusing })
    await rig.clock.advance(10_000)
    const jobs = await Promise.all(ids.map((id) => rig.job(id)))
    expect(jobs.map(({ state }) => state)).toEqual(ids.map((_, at) => (at === 3 ? 'failed' : 'completed')))
    expect(jobs[3]?.error).toContain('will not have it')
  })

  test('that the store refuses in every form is given up, and its lease runs out', async () => {
    const work = task('work', (n: number) => n)
    const [first, second] = await rig.enqueueAll(work, 2)
    let bad: string | null = null
    const refusing = refuseSettlements((settlement) => {
      if (settlement.kind === 'complete' && settlement.result?.json === '0') bad = settlement.receipt
      return settlement.receipt === bad
    })
    const worker = await rig.started([work], { backend: refusing })
    await rig.clock.advance(5000)
    expect(rig.ofType('settle-refused')[0]).toMatchObject({ job: { id: first } })
    expect((await rig.job(first as string)).state).toBe('running')
    expect((await rig.job(second as string)).state).toBe('completed')
    expect(worker.status.held).toBe(0)
  })

  function refuseSettlements(isBad: (settlement: Settlement) => boolean): Backend {
    const { jobs } = rig.store
    const refuse = (settlements: readonly Settlement[]): void => {
      if (settlements.some(isBad)) throw new TypeError('the store will not have it')
    }
    return {
      ...rig.store,
      jobs: {
        ...jobs,
        async settle(params) {
          refuse(params.settlements)
          return jobs.settle(params)
        },
        async exchange(params) {
          refuse(params.settlements)
          return jobs.exchange(params)
        },
      },
    }
  }
})

describe('a store that is down', () => {
  test('when the worker starts is waited for', async () => {
    const noop = task('noop', () => 1)
    rig.fault = () => 'before'
    const id = await rig.enqueue(noop)
    await rig.started([noop])
    await rig.clock.advance(600_000)
    const asked = rig.calls.filter(({ name }) => name === 'claim')
    // At most each 2.5 s once the rest has grown to 5 s less up to half.
    expect(asked.length).toBeGreaterThan(600 / 5)
    expect(asked.length).toBeLessThan(600 / 2.5 + 10)
    rig.fault = () => null
    await rig.clock.advance(5000)
    expect((await rig.job(id)).state).toBe('completed')
  })

  test('does not answer: each call ends after its time-out, and the worker goes on when it answers again', async () => {
    const noop = task('noop', () => 1)
    rig.fault = () => 'hang'
    await rig.started([noop], { callTimeout: '3 seconds' })
    await rig.clock.advance(30_000)
    const codes = rig.ofType('store-error').map(({ error }) => RotaError.is(error) && error.code)
    expect(new Set(codes)).toEqual(new Set(['CALL_TIMEOUT']))
    rig.fault = () => null
    const id = await rig.enqueue(noop)
    await rig.clock.advance(10_000)
    expect((await rig.job(id)).state).toBe('completed')
  })

  test('while a handler logs loses no line', async () => {
    const talk = task('talk', async (_: undefined, { log, progress }) => {
      for (let line = 1; line <= 20; line++) {
        log.info(`line ${line}`)
        progress(line)
        await rig.clock.sleep(500)
      }
    })
    await rig.started([talk])
    const id = await rig.enqueue(talk)
    let calls = 0
    rig.fault = ({ name }) => (name === 'report' && ++calls % 3 !== 0 ? 'before' : null)
    await rig.clock.advance(60_000)
    const { logs, progress } = await rig.details(id)
    expect(logs.map(({ message }) => message)).toEqual(Array.from({ length: 20 }, (_, at) => `line ${at + 1}`))
    expect(progress?.json).toBe('20')
    expect((await rig.job(id)).state).toBe('completed')
  })

  test('for reports only does not hold up how attempts ended when it refuses them', async () => {
    const talk = task('talk', (_: undefined, { log }) => log.info('hello'))
    const { jobs } = rig.store
    const refusing: Backend = {
      ...rig.store,
      jobs: { ...jobs, report: async () => Promise.reject(new TypeError('no reports')) },
    }
    await rig.started([talk], { backend: refusing })
    const id = await rig.enqueue(talk)
    await rig.clock.advance(1000)
    expect((await rig.job(id)).state).toBe('completed')
    expect(rig.ofType('store-error')).toMatchObject([{ call: 'report' }])
  })
})

describe.each(FAULTS)('whichever call fails (%s)', (fault) => {
  test('every job completes, at one call after the other until none is left to fail', async () => {
    let failed = true
    for (let nth = 1; failed; nth++) {
      rig = new WorkerRig()
      failed = false
      let calls = 0
      rig.fault = () => {
        if (++calls !== nth) return null
        failed = true
        return fault
      }
      const tell = task('tell', (_: FailureReport) => 'told')
      const work = task('work', {
        onFailure: tell,
        maxTries: 2,
        backoff: { type: 'fixed', base: 1000, jitter: false },
        run: async (n: number, { again, job, log, snooze }) => {
          log.info(`run ${n}`)
          await rig.clock.sleep(n * 10)
          if (n === 1 && job.attempt === 1) throw new Error('once')
          if (n === 2) throw new Error('always')
          if (n === 3) return again({ params: 4 })
          if (n === 5 && rig.clock.now() % 2 === 0) return snooze(1001)
          return n
        },
      })
      const ids = await rig.enqueueAll(work, 6)
      await rig.started([work, tell])
      await rig.clock.advance(200_000)
      const jobs = await Promise.all(ids.map((id) => rig.job(id)))
      const states = jobs.map(({ state }) => state)
      expect([nth, states]).toEqual([nth, ['completed', 'completed', 'failed', 'completed', 'completed', 'completed']])
      expect(await rig.job(`${jobs[2]?.id ?? ''}:failed:${jobs[2]?.fence ?? 0}`)).toMatchObject({ state: 'completed' })
      expect(await rig.store.maintenance.verify({})).toEqual([])
      if (!failed) expect(nth).toBeGreaterThan(30)
    }
  })
})
