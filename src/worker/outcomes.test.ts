import type { StandardSchemaV1 } from '@standard-schema/spec'
import { beforeEach, describe, expect, test } from 'vitest'
import { WorkerRig } from '../../test/worker/worker-rig.js'
import { decode } from '../codec/decode.js'
import { RetryError, TerminateError } from '../model/errors.js'
import { task } from '../model/task-definition.js'
import type { FailureReport } from '../model/task-definition.js'

let rig: WorkerRig

/** Whatever looks at it throws. */
function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

beforeEach(() => {
  rig = new WorkerRig()
})

/** A Standard Schema that takes `{ n: number }`, at once or later. */
function numbers(later = false): StandardSchemaV1<{ n: number }, { n: number }> {
  const check = (value: unknown): StandardSchemaV1.Result<{ n: number }> =>
    typeof value === 'object' && value !== null && 'n' in value && typeof value.n === 'number'
      ? { value: { n: value.n } }
      : { issues: [{ message: 'expected a number', path: ['n'] }] }
  return {
    '~standard': { version: 1, vendor: 'test', validate: (v) => (later ? Promise.resolve(check(v)) : check(v)) },
  }
}

describe('a handler that returns', () => {
  test.each([
    ['at once', (n: number) => n * 2],
    ['later', async (n: number) => Promise.resolve(n * 2)],
  ])('completes its job with the value that it returns %s', async (_when, run) => {
    const double = task('double', run)
    await rig.started([double])
    const id = await rig.enqueue(double, 21)
    await rig.clock.settle()
    expect(await rig.job(id)).toMatchObject({
      state: 'completed',
      result: { json: '42', note: null },
      fence: 1,
      tries: 0,
    })
  })

  test('nothing completes its job without a result', async () => {
    const nothing = task('nothing', () => undefined)
    await rig.started([nothing])
    const id = await rig.enqueue(nothing)
    await rig.clock.settle()
    expect(await rig.job(id)).toMatchObject({ state: 'completed', result: null })
  })

  test('a value that cannot be stored completes its job all the same, and says so', async () => {
    const odd = task('odd', () => ({ f: () => 1 }))
    await rig.started([odd])
    const id = await rig.enqueue(odd)
    await rig.clock.settle()
    expect((await rig.job(id)).state).toBe('completed')
    expect(rig.ofType('result-not-kept')).toMatchObject([{ job: { id }, error: { code: 'PAYLOAD_INVALID' } }])
  })

  test('something that is no outcome and no promise but cannot be looked at fails its attempt, as awaiting it would', async () => {
    const odd = task('odd', () => ({
      get then(): unknown {
        throw new Error('no look')
      },
    }))
    const veiled = task('veiled', () => revoked())
    await rig.started([odd, veiled])
    const ids = [await rig.enqueue(odd, undefined, { maxTries: 1 }), await rig.enqueue(veiled, null, { maxTries: 1 })]
    await rig.clock.settle()
    expect((await rig.job(ids[0] ?? '')).error).toContain('no look')
    expect(await rig.job(ids[1] ?? '')).toMatchObject({ state: 'failed', failure: 'exhausted' })
  })

  test('snooze makes its job wait and spends no try', async () => {
    let runs = 0
    const lazy = task('lazy', (_: undefined, { snooze }) => (++runs === 1 ? snooze('5 minutes') : 'done'))
    await rig.started([lazy])
    const id = await rig.enqueue(lazy)
    await rig.clock.settle()
    expect(await rig.job(id)).toMatchObject({ state: 'pending', tries: 0, visibleAt: rig.clock.now() + 300_000 })
    await rig.clock.advance(299_999)
    expect(runs).toBe(1)
    await rig.clock.advance(1)
    expect(await rig.job(id)).toMatchObject({ state: 'completed', tries: 0 })
  })

  test('cancel takes text for a reason, and keeps no more of it than people read', async () => {
    const wordy = task('wordy', (_input, { cancel }) => cancel('x'.repeat(100_000)))
    const odd = task('odd', { maxTries: 1, run: (_input, { cancel }) => cancel(new Error('gone') as never) })
    await rig.started([wordy, odd])
    const ids = [await rig.enqueue(wordy), await rig.enqueue(odd)]
    await rig.clock.settle()
    expect((await rig.job(ids[0] ?? '')).cancelReason).toHaveLength(1003)
    expect((await rig.job(ids[1] ?? '')).error).toContain('cancel: reason: expected text, got object')
  })

  test('cancel ends its job as cancelled for the reason that it gives', async () => {
    const off = task('off', (_: undefined, { cancel }) => cancel('nobody wants it'))
    await rig.started([off])
    const id = await rig.enqueue(off)
    await rig.clock.settle()
    expect(await rig.job(id)).toMatchObject({ state: 'cancelled', cancelReason: 'nobody wants it' })
  })

  test.each([false, true])(
    'again runs it with new params and all its tries (schema that answers later: %s)',
    async (later) => {
      const seen: unknown[] = []
      const count = task('count', {
        input: numbers(later),
        maxTries: 2,
        backoff: { type: 'fixed', base: 1000, jitter: false },
        run: ({ n }, { again, job }) => {
          seen.push([n, job.attempt, job.iterations])
          if (n === 1 && job.attempt === 1) throw new Error('once')
          return n < 3 ? again({ params: { n: n + 1 }, after: '1 minute' }) : 'end'
        },
      })
      await rig.started([count])
      const id = await rig.enqueue(count, { n: 1 })
      await rig.clock.advance(5 * 60_000)
      expect(seen).toEqual([
        [1, 1, 0],
        [1, 2, 0],
        [2, 1, 1],
        [3, 1, 2],
      ])
      expect(await rig.job(id)).toMatchObject({ state: 'completed', iterations: 2, result: { json: '"end"' } })
    },
  )

  test.each([false, true])(
    'again with params that its schema refuses has failed (schema that answers later: %s)',
    async (later) => {
      const bad = task('bad', {
        input: numbers(later),
        maxTries: 1,
        run: (_, { again }) => again({ params: { n: 'one' as unknown as number } }),
      })
      await rig.started([bad])
      const id = await rig.enqueue(bad, { n: 1 })
      await rig.clock.settle()
      const job = await rig.job(id)
      expect(job).toMatchObject({ state: 'failed', failure: 'exhausted' })
      expect(job.error).toContain('INPUT_INVALID')
    },
  )

  test('again with params that are too large has failed', async () => {
    const big = task('big', { maxTries: 1, run: (_: string, { again }) => again({ params: 'x'.repeat(300_000) }) })
    await rig.started([big])
    const id = await rig.enqueue(big, 'small')
    await rig.clock.settle()
    const job = await rig.job(id)
    expect(job).toMatchObject({ state: 'failed', failure: 'exhausted', payload: { json: '"small"' } })
    expect(job.error).toContain('PAYLOAD_TOO_LARGE')
  })
})

describe('a handler that throws', () => {
  test.each([
    ['at once', (): never => fail()],
    ['later', async (): Promise<never> => Promise.reject(new Error('boom'))],
  ])('%s is tried again at exactly the instants of its policy, then fails as exhausted', async (_when, run) => {
    const starts: number[] = []
    const boom = task('boom', {
      maxTries: 4,
      backoff: { type: 'exponential', base: '10 seconds', factor: 3, jitter: false },
      run: () => {
        starts.push(rig.clock.now())
        return run()
      },
    })
    await rig.started([boom])
    const from = rig.clock.now()
    const id = await rig.enqueue(boom)
    await rig.clock.advance(3_600_000)
    expect(starts.map((at) => at - from)).toEqual([0, 10_000, 40_000, 130_000])
    const job = await rig.job(id)
    expect(job).toMatchObject({ state: 'failed', failure: 'exhausted' })
    expect(job.error).toContain('boom')
    expect(rig.ofType('failed').map(({ failure }) => failure)).toEqual([null, null, null, 'exhausted'])
  })

  test('a TerminateError is not tried again', async () => {
    const done = task('done', () => {
      throw new TerminateError('card stolen')
    })
    await rig.started([done])
    const id = await rig.enqueue(done)
    await rig.clock.advance(3_600_000)
    expect(await rig.job(id)).toMatchObject({ state: 'failed', failure: 'terminated', fence: 1 })
  })

  test('a RetryError is tried again when it says', async () => {
    const busy = task('busy', (_: undefined, { job }) => {
      if (job.attempt === 1) throw new RetryError({ after: '7 minutes' })
    })
    await rig.started([busy])
    const id = await rig.enqueue(busy)
    await rig.clock.settle()
    expect(await rig.job(id)).toMatchObject({ state: 'pending', tries: 1, visibleAt: rig.clock.now() + 420_000 })
    await rig.clock.advance(420_000)
    expect((await rig.job(id)).state).toBe('completed')
  })

  test('is tried again even when its back-off function is broken', async () => {
    const broken = task('broken', {
      backoff: () => 'nonsense',
      run: (_: undefined, { job }) => {
        if (job.attempt === 1) throw new Error('once')
      },
    })
    await rig.started([broken])
    const id = await rig.enqueue(broken)
    await rig.clock.advance(1000)
    expect((await rig.job(id)).state).toBe('completed')
  })

  test.each([
    ['at once', () => Promise.reject(revoked() as Error)],
    [
      'later',
      () => {
        throw revoked() as Error
      },
    ],
  ])('something that cannot be looked at fails its job %s all the same', async (_when, run) => {
    const odd = task('odd', { maxTries: 1, run })
    await rig.started([odd])
    const id = await rig.enqueue(odd)
    await rig.clock.settle()
    expect(await rig.job(id)).toMatchObject({ state: 'failed', failure: 'exhausted' })
    expect((await rig.job(id)).error).toContain('something that cannot be looked at')
  })

  test.each([null, undefined, 0, 'text', Symbol('s')])('%s fails its job like any error', async (thrown) => {
    const odd = task('odd', {
      maxTries: 1,
      run: () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- handlers in JavaScript throw whatever they have
        throw thrown
      },
    })
    await rig.started([odd])
    const id = await rig.enqueue(odd)
    await rig.clock.settle()
    expect(await rig.job(id)).toMatchObject({ state: 'failed', failure: 'exhausted' })
  })
})

describe('a job that must not run', () => {
  test('because its payload can never be read is terminated at once, with the issues', async () => {
    let runs = 0
    const strict = task('strict', { input: numbers(), run: () => ++runs })
    await rig.started([strict])
    const id = await rig.enqueue(strict, { n: 'one' })
    await rig.clock.settle()
    const job = await rig.job(id)
    expect(job).toMatchObject({ state: 'failed', failure: 'terminated' })
    expect(job.error).toContain('expected a number')
    expect(runs).toBe(0)
  })

  test('because its schema failed for the moment is tried again', async () => {
    let checks = 0
    const schema: StandardSchemaV1<number, number> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => (++checks === 1 ? Promise.reject(new Error('no connection')) : { value: value as number }),
      },
    }
    const moody = task('moody', { input: schema, run: (n) => n })
    await rig.started([moody])
    const id = await rig.enqueue(moody, 1)
    await rig.clock.advance(1000)
    expect((await rig.job(id)).state).toBe('completed')
  })

  test('because its deadline has passed expires unrun, and one in time runs', async () => {
    const seen: number[] = []
    const late = task('late', (n: number) => void seen.push(n))
    const now = rig.clock.now()
    const expired = await rig.enqueue(late, 1, { deadline: now + 1000 })
    const inTime = await rig.enqueue(late, 2, { deadline: now + 2000 })
    await rig.clock.advance(2000)
    await rig.started([late])
    expect(seen).toEqual([2])
    expect(await rig.job(expired)).toMatchObject({ state: 'failed', failure: 'expired', tries: 0 })
    expect((await rig.job(inTime)).state).toBe('completed')
  })

  test('because its task has fewer tries now than it has spent is exhausted, which is not poison', async () => {
    let runs = 0
    const run = (): never => {
      runs++
      return fail()
    }
    const generous = await rig.started([task('work', { backoff: () => 60_000, run })])
    const id = await rig.enqueue(task('work'))
    await rig.clock.advance(61_000)
    await generous.stop()
    expect(await rig.job(id)).toMatchObject({ state: 'pending', tries: 2 })
    await rig.started([task('work', { maxTries: 2, run })])
    await rig.clock.advance(60_000)
    expect(await rig.job(id)).toMatchObject({ state: 'failed', failure: 'exhausted' })
    expect(runs).toBe(2)
    expect(rig.ofType('poison')).toEqual([])
  })

  test('because its task is unknown here is left alone', async () => {
    const known = task('known', () => 1)
    const unrunnable = task('unrunnable')
    await rig.started([known, unrunnable])
    const id = await rig.enqueue(unrunnable)
    await rig.clock.advance(60_000)
    expect(await rig.job(id)).toMatchObject({ state: 'pending', fence: 0 })
  })
})

describe('a job that fails', () => {
  const reports: FailureReport[] = []
  const tell = task('tell', { queue: 'alerts', run: (report: FailureReport) => void reports.push(report) })

  beforeEach(() => {
    reports.length = 0
  })

  test('gives its on-failure task a job with the whole story', async () => {
    const boom = task('boom', { maxTries: 2, backoff: '1m', onFailure: tell, run: (_: { at: Date }): never => fail() })
    await rig.started([boom])
    const at = new Date(0)
    const id = await rig.enqueue(boom, { at }, { headers: '{"traceparent":"00-1"}' })
    await rig.clock.advance(3_600_000)
    expect(reports).toEqual([
      {
        id,
        task: 'boom',
        queue: 'default',
        failure: 'exhausted',
        tries: 2,
        at: expect.any(Date) as Date,
        payload: { at },
        error: expect.objectContaining({ name: 'Error', message: 'boom' }) as FailureReport['error'],
      },
    ])
    expect(await rig.job(`${id}:failed:2`)).toMatchObject({ state: 'completed', headers: '{"traceparent":"00-1"}' })
  })

  test('of a task without one tells the global one, and the failure of that one tells nobody', async () => {
    const broken = task('broken', { maxTries: 1, run: (_: FailureReport): never => fail() })
    const boom = task('boom', { maxTries: 1, run: (): never => fail() })
    await rig.started([boom], { onFailure: broken })
    const id = await rig.enqueue(boom)
    await rig.clock.advance(60_000)
    expect(await rig.job(`${id}:failed:1`)).toMatchObject({ task: 'broken', state: 'failed' })
    expect(rig.ofType('failed')).toHaveLength(2)
    expect(
      (await rig.store.inspector.counts({})).reduce(
        (sum, { total, state }) => sum + (state === 'pending' ? total : 0),
        0,
      ),
    ).toBe(2)
  })

  test('with a payload at the limit is reported without it', async () => {
    const boom = task('boom', { maxTries: 1, onFailure: tell, run: (_: string): never => fail() })
    await rig.started([boom])
    await rig.enqueue(boom, 'x'.repeat(262_000))
    await rig.clock.settle()
    expect(reports).toMatchObject([{ payload: null, failure: 'exhausted' }])
  })

  test('with a payload near the limit is reported with the beginning of its error', async () => {
    const run = (): never => {
      throw new Error('x'.repeat(10_000))
    }
    const big = task('big', { maxTries: 1, onFailure: tell, run: (_: string) => run() })
    await rig.started([big])
    const payload = 'x'.repeat(255_000)
    await rig.enqueue(big, payload)
    await rig.clock.advance(60_000)
    expect(reports.map((report) => report.payload === payload)).toEqual([true])
    expect(reports).toMatchObject([{ error: { name: 'Error', message: 'x'.repeat(1_000) } }])
  })

  test('with an id at the limit is reported under a fresh one', async () => {
    const boom = task('boom', { maxTries: 1, onFailure: tell, run: (): never => fail() })
    await rig.started([boom])
    const id = 'i'.repeat(128)
    await rig.enqueue(boom, undefined, { id })
    await rig.clock.settle()
    expect(reports).toMatchObject([{ id }])
  })

  test('for an unreadable payload is reported with what the store has', async () => {
    const strict = task('strict', { input: numbers(), onFailure: tell, run: () => 1 })
    await rig.started([strict])
    await rig.enqueue(strict, undefined, { payload: { json: '{"n":"x"}', note: null } })
    await rig.enqueue(strict, undefined, { payload: { json: '{"n":', note: null } })
    await rig.clock.settle()
    expect(reports.map(({ failure, payload }) => ({ failure, payload }))).toEqual([
      { failure: 'terminated', payload: { n: 'x' } },
      { failure: 'terminated', payload: null },
    ])
  })
})

test('a handler sees its job, and what it tells is kept with the job', async () => {
  const seen: unknown[] = []
  const talk = task('talk', async (_: undefined, { job, fence, log, progress }) => {
    seen.push({ ...job, fence })
    log.info('begun')
    progress({ done: 1 })
    await rig.clock.sleep(1000)
    log.warn('half')
    progress({ done: 2 })
  })
  await rig.started([talk])
  const id = await rig.enqueue(talk, undefined, { headers: '{"a":"b"}', priority: 2, deadline: rig.clock.now() + 5 })
  await rig.clock.advance(250)
  expect((await rig.details(id)).progress).toEqual({ json: '{"done":1}', note: null })
  await rig.clock.advance(750)
  const { logs, progress } = await rig.details(id)
  expect(logs.map(({ level, message }) => `${level} ${message}`)).toEqual(['info begun', 'warn half'])
  expect(decode(progress)).toEqual({ done: 2 })
  expect((await rig.job(id)).state).toBe('completed')
  expect(seen).toMatchObject([
    {
      id,
      task: 'talk',
      queue: 'default',
      priority: 2,
      attempt: 1,
      maxTries: 10,
      iterations: 0,
      headers: { a: 'b' },
      fence: 1,
      tick: null,
    },
  ])
  expect(rig.count('report')).toBe(2)
})

function fail(): never {
  throw new Error('boom')
}

test('a handler finds no header that its job was not given', async () => {
  const seen: unknown[] = []
  const look = task('look', (_input, { job }) => {
    for (const name of ['constructor', 'a']) seen.push(job.headers[name])
  })
  await rig.started([look])
  await rig.enqueue(look)
  await rig.enqueue(look, undefined, { headers: '{"a":"b"}' })
  await rig.clock.settle()
  expect(seen).toEqual([undefined, undefined, undefined, 'b'])
})
