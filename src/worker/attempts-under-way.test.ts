import { beforeEach, describe, expect, test } from 'vitest'
import { WorkerRig } from '../../test/worker/worker-rig.js'
import { Deferred } from '../async/deferred.js'
import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import { task } from '../model/task-definition.js'
import type { FailureReport } from '../model/task-definition.js'

let rig: WorkerRig

beforeEach(() => {
  rig = new WorkerRig()
})

/** Waits until the signal aborts, and tells why. */
async function untilAborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)))
}

function codeOf(reason: unknown): string {
  return RotaError.is(reason) ? reason.code : String(reason)
}

describe('a handler that takes longer than its time-out', () => {
  test('hears TIMEOUT, and its attempt has failed when it ends, whatever it returns', async () => {
    const heard: [string, number][] = []
    const slow = task('slow', {
      timeout: '30 seconds',
      maxTries: 1,
      run: async (_: undefined, { signal }) => {
        heard.push([codeOf(await untilAborted(signal)), rig.clock.now()])
        return 'too late'
      },
    })
    await rig.started([slow])
    const from = rig.clock.now()
    const id = await rig.enqueue(slow)
    await rig.clock.advance(30_000)
    expect(heard).toEqual([['TIMEOUT', from + 30_000]])
    const job = await rig.job(id)
    expect(job).toMatchObject({ state: 'failed', failure: 'exhausted', result: null })
    expect(job.error).toContain('TIMEOUT')
    expect(rig.ofType('zombie')).toEqual([])
  })

  test('and ignores its signal is settled without it, keeps its slot as a zombie, and its late result is ignored', async () => {
    const end = new Deferred()
    let runs = 0
    const deaf = task('deaf', {
      timeout: '10 seconds',
      maxTries: 2,
      backoff: { type: 'fixed', base: 1000, jitter: false },
      run: async () => {
        runs++
        await end.promise
        return 'late'
      },
    })
    const worker = await rig.started([deaf], { concurrency: 1 })
    const id = await rig.enqueue(deaf)
    await rig.clock.advance(10_999)
    expect(rig.ofType('zombie')).toEqual([])
    await rig.clock.advance(1)
    expect(rig.ofType('zombie')).toMatchObject([{ job: { id, task: 'deaf' } }])
    expect(await rig.job(id)).toMatchObject({ state: 'pending', tries: 1 })
    await rig.clock.advance(60_000)
    expect(runs).toBe(1)
    expect(worker.status).toEqual({ running: 1, waiting: 0, held: 0 })
    end.resolve()
    await rig.clock.settle()
    expect(rig.ofType('zombie-ended')).toHaveLength(1)
    expect(runs).toBe(2)
    expect(await rig.job(id)).toMatchObject({ state: 'completed', result: { json: '"late"' }, tries: 1, fence: 2 })
  })

  test('costs nothing to those that end in time', async () => {
    const quick = task('quick', { timeout: '10 seconds', run: async () => rig.clock.sleep(1000) })
    await rig.started([quick])
    const ids = await rig.enqueueAll(quick, 50)
    await rig.clock.advance(60_000)
    for (const id of ids) expect((await rig.job(id)).state).toBe('completed')
    expect(rig.events).toEqual([])
  })
})

describe('a job that is cancelled while it runs', () => {
  test('hears it at once with hints, and ends cancelled whatever its handler does', async () => {
    const heard: string[] = []
    const work = task('work', async (how: string, { signal }) => {
      heard.push(codeOf(await untilAborted(signal)))
      if (how === 'throw') throw new Error('stopped')
      return 'done'
    })
    await rig.started([work])
    const ids = [await rig.enqueue(work, 'throw'), await rig.enqueue(work, 'return')]
    await rig.clock.advance(5000)
    expect(await rig.store.jobs.cancel({ ids, reason: 'enough' })).toEqual(['requested', 'requested'])
    await rig.clock.settle()
    expect(heard).toEqual(['JOB_CANCELLED', 'JOB_CANCELLED'])
    for (const id of ids) expect(await rig.job(id)).toMatchObject({ state: 'cancelled', result: null, tries: 0 })
    expect(rig.ofType('failed')).toEqual([])
  })

  test('hears it within a beat without hints', async () => {
    let reason: unknown
    const work = task('work', async (_: undefined, { signal }) => {
      reason = await untilAborted(signal)
    })
    const { wakeups: _none, ...deaf } = rig.store
    await rig.started([work], { backend: deaf, node: { id: 'w' } })
    const id = await rig.enqueue(work)
    await rig.clock.advance(12_000)
    await rig.store.jobs.cancel({ ids: [id], reason: null })
    await rig.clock.advance(10_000)
    expect(codeOf(reason)).toBe('JOB_CANCELLED')
    expect((await rig.job(id)).state).toBe('cancelled')
  })
})

describe('the lease of a running job', () => {
  test('is kept for a handler of five leases, and no longer when it has settled', async () => {
    const long = task('long', async () => rig.clock.sleep(150_000))
    await rig.started([long])
    await rig.started([long])
    const id = await rig.enqueue(long)
    await rig.clock.advance(150_000)
    expect(await rig.job(id)).toMatchObject({ state: 'completed', fence: 1, tries: 0 })
    const extensions = rig.count('extend')
    // A third of 30 s is reached at the fourth of twelve looks, again and again: 10, 20 ... 140 s.
    expect(extensions).toBe(14)
    await rig.clock.advance(150_000)
    expect(rig.count('extend')).toBe(extensions)
  })

  test('is kept in one call for many', async () => {
    const long = task('long', async () => rig.clock.sleep(29_000))
    await rig.started([long])
    await rig.enqueueAll(long, 80)
    await rig.clock.advance(12_000)
    expect(rig.count('extend')).toBe(1)
    expect((rig.calls.find((call) => call.name === 'extend')?.params['receipts'] as unknown[]).length).toBe(80)
  })

  test('is kept although extending fails now and then', async () => {
    const long = task('long', async () => rig.clock.sleep(120_000))
    await rig.started([long])
    let extensions = 0
    rig.fault = ({ name }) => (name === 'extend' && ++extensions % 3 !== 0 ? 'before' : null)
    const id = await rig.enqueue(long)
    await rig.clock.advance(120_000)
    expect(await rig.job(id)).toMatchObject({ state: 'completed', fence: 1 })
    expect(rig.ofType('store-error').every(({ call }) => call === 'extend')).toBe(true)
    expect(rig.ofType('store-recovered').length).toBeGreaterThan(0)
  })

  test('once lost aborts the signal with LEASE_LOST, and the result is dropped', async () => {
    const reasons: unknown[] = []
    const end = new Deferred()
    const work = task('work', async (_: undefined, { signal, fence }) => {
      if (fence > 1) return 'mine'
      signal.addEventListener('abort', () => reasons.push(signal.reason))
      await end.promise
      return 'stale'
    })
    const frozen = await rig.started([work])
    const id = await rig.enqueue(work)
    await rig.clock.settle()
    rig.fault = ({ name, worker }) => (name === 'extend' && worker === frozen.id ? 'hang' : null)
    await rig.clock.advance(29_000)
    await rig.started([work])
    await rig.clock.advance(2000)
    expect(await rig.job(id)).toMatchObject({ state: 'completed', result: { json: '"mine"' } })
    rig.fault = () => null
    await rig.clock.advance(20_000)
    expect(reasons.map(codeOf)).toEqual(['LEASE_LOST'])
    expect(rig.ofType('lease-lost')).toMatchObject([{ job: { id, fence: 1 } }])
    end.resolve()
    await rig.clock.advance(1000)
    expect(await rig.job(id)).toMatchObject({ state: 'completed', result: { json: '"mine"' } })
    expect(frozen.status).toEqual({ running: 0, waiting: 0, held: 0 })
  })
})

describe('a worker that dies', () => {
  test('each time with the same job: the job starts once more than it has tries, then fails as poison with its follow-up', async () => {
    const reports: FailureReport[] = []
    const tell = task('tell', (report: FailureReport) => void reports.push(report))
    let starts = 0
    const poison = task('poison', { maxTries: 3, onFailure: tell, run: async () => (starts++, new Deferred().promise) })
    const innocent = task('innocent', async () => rig.clock.sleep(10))
    const id = await rig.enqueue(poison)
    for (let life = 0; life < 6; life++) {
      const worker = await rig.started([poison, innocent, tell])
      await rig.clock.advance(5000)
      rig.kill(worker)
      await rig.clock.advance(40_000)
    }
    expect(starts).toBe(4)
    expect(await rig.job(id)).toMatchObject({ state: 'failed', failure: 'exhausted', tries: 3 })
    expect((await rig.job(id)).error).toContain('worker lost')
    expect(reports).toMatchObject([{ id, failure: 'exhausted', tries: 3 }])
    expect(rig.ofType('poison')).toMatchObject([{ job: { id } }])
  })

  test('leaves its jobs suspect, and they are run one at a time, without a try spent', async () => {
    let running = 0
    let most = 0
    let alive = false
    const work = task('work', async () => {
      if (!alive) return new Deferred().promise
      most = Math.max(most, ++running)
      await rig.clock.sleep(100)
      running--
    })
    const first = await rig.started([work])
    const ids = await rig.enqueueAll(work, 5)
    await rig.clock.settle()
    rig.kill(first)
    await rig.clock.advance(31_000)
    alive = true
    await rig.started([work])
    const fresh = await rig.enqueue(work)
    await rig.clock.advance(150)
    // The fresh job and one suspect, never two suspects.
    expect(most).toBe(2)
    await rig.clock.advance(2000)
    for (const id of [...ids, fresh]) expect(await rig.job(id)).toMatchObject({ state: 'completed', tries: 0 })
    expect(most).toBe(2)
  })
})

describe('an event loop that stands still', () => {
  /** The clock of the rig, which a handler can push forward as only blocking does. */
  function blockable(): { readonly clock: Clock; block(ms: number): void } {
    let ahead = 0
    const { clock } = rig
    return {
      clock: {
        now: () => clock.now() + ahead,
        monotonic: () => clock.monotonic() + ahead,
        setTimer: (at, fire) => clock.setTimer(at - ahead, fire),
        defer: (fire) => clock.defer(fire),
        sleep: (length, signal) => clock.sleep(length, signal),
      },
      block: (ms) => (ahead += ms),
    }
  }

  test('within one handler is reported with its length and the task', async () => {
    const { clock, block } = blockable()
    const blocking = task('blocking', () => block(15_000))
    await rig.started([blocking], { clock })
    await rig.enqueue(blocking)
    await rig.clock.advance(5000)
    expect(rig.ofType('stall')).toEqual([{ type: 'stall', blockedMs: 15_000, tasks: ['blocking'] }])
  })

  test('between awaits is reported with all tasks that ran', async () => {
    const { clock, block } = blockable()
    const idle = task('idle', async () => rig.clock.sleep(60_000))
    const blocking = task('blocking', async () => {
      await rig.clock.sleep(1000)
      block(12_000)
      await rig.clock.sleep(30_000)
    })
    await rig.started([idle, blocking], { clock })
    await rig.enqueue(idle)
    await rig.enqueue(blocking)
    await rig.clock.advance(5000)
    expect(rig.ofType('stall')).toMatchObject([{ tasks: ['idle', 'blocking'] }])
    expect(rig.ofType('stall')[0]?.blockedMs).toBeGreaterThanOrEqual(11_500)
  })

  test('for less than a third of a lease is not worth a word', async () => {
    const { clock, block } = blockable()
    const blocking = task('blocking', () => block(9000))
    await rig.started([blocking], { clock })
    await rig.enqueue(blocking)
    await rig.clock.advance(60_000)
    expect(rig.ofType('stall')).toEqual([])
  })

  test('makes it give back what it holds unstarted instead of starting it', async () => {
    const { clock, block } = blockable()
    let runs = 0
    const blocking = task('blocking', () => {
      runs++
      block(15_000)
    })
    await rig.enqueueAll(blocking, 3)
    await rig.started([blocking], { clock, concurrency: 3 })
    await rig.clock.settle()
    const settlements = rig.calls.flatMap(({ params }) => (params['settlements'] ?? []) as { kind: string }[])
    expect(settlements.map(({ kind }) => kind)).toEqual([
      ...['complete', 'release', 'release'],
      ...['complete', 'release', 'complete'],
    ])
    expect(runs).toBe(3)
  })
})
