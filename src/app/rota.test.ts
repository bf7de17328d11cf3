import { describe, expect, test } from 'vitest'
import { RotaRig } from '../../test/app/rota-rig.js'
import { memory } from '../backends/memory/memory-backend.js'
import { RetryError, TerminateError } from '../model/errors.js'
import { type FailureReport, task } from '../model/task-definition.js'

const SECOND = 1000

const rig = RotaRig.forEachTest()

const add = task('add', (input: { a: number; b: number }) => input.a + input.b)

describe('a job', () => {
  test('goes from enqueue to its result', async () => {
    const rota = rig.rota({ tasks: [add] })
    await rota.start()
    const job = await rota.enqueue(add, { a: 1, b: 2 })
    expect(await rig.during(job.result())).toBe(3)
    expect(await job.get()).toMatchObject({ state: 'completed', result: 3 })
  })

  test('is tried again, run again, put off and called off as its handler says', async () => {
    const seen: string[] = []
    const walk = task('walk', {
      maxTries: 3,
      run(step: { n: number }, { again, snooze, cancel, job }) {
        seen.push(`${step.n}/${job.attempt}`)
        if (step.n === 0) return again({ params: { n: 1 }, after: '1 minute' })
        if (step.n === 1 && job.attempt === 1) throw new RetryError({ after: '5 seconds' })
        if (step.n === 1) return again({ params: { n: 2 } })
        if (step.n === 2 && seen.length === 4) return snooze('1 hour')
        return cancel('walked enough')
      },
    })
    const rota = rig.rota({ tasks: [walk] })
    await rota.start()
    const job = await rota.enqueue(walk, { n: 0 })
    await rig.clock.advance(2 * 3600 * SECOND)
    await expect(job.result()).rejects.toMatchObject({ code: 'JOB_CANCELLED', facts: { reason: 'walked enough' } })
    expect(seen).toEqual(['0/1', '1/1', '1/2', '2/1', '2/1'])
    expect(await job.get()).toMatchObject({ state: 'cancelled', iterations: 2 })
  })

  test('that fails for good ends in the on-failure handler', async () => {
    const reports: FailureReport[] = []
    const told = task('told', (report: FailureReport) => void reports.push(report))
    const doomed = task('doomed', (_input: string) => {
      throw new TerminateError('stolen card')
    })
    const rota = rig.rota({ tasks: [doomed], onFailure: told })
    await rota.start()
    const job = await rota.enqueue(doomed, 'x')
    await rig.clock.advance(10 * SECOND)
    await expect(job.result()).rejects.toMatchObject({ code: 'JOB_FAILED', facts: { failure: 'terminated' } })
    expect(reports).toMatchObject([{ id: job.id, task: 'doomed', payload: 'x', error: { message: 'stolen card' } }])
  })

  test('that runs hears of its cancel', async () => {
    const long = task('long', async (_input: undefined, { signal }) => {
      await rig.clock.sleep(3600 * SECOND, signal)
    })
    const rota = rig.rota({ tasks: [long] })
    await rota.start()
    const job = await rota.enqueue(long)
    await rig.clock.advance(SECOND)
    expect(await job.cancel()).toBe('requested')
    await rig.clock.advance(11 * SECOND)
    await expect(job.result()).rejects.toMatchObject({ code: 'JOB_CANCELLED' })
  })

  test('passes through the middleware of enqueue and of run', async () => {
    const seen: string[] = []
    const rota = rig.rota({
      tasks: [add],
      middleware: {
        enqueue: [(request, next) => next({ ...request, options: { ...request.options, headers: { trace: 't1' } } })],
        run: [
          async (job, next) => {
            seen.push(job.headers['trace'] ?? 'none')
            return next()
          },
        ],
      },
    })
    await rota.start()
    const job = await rota.enqueue(add, { a: 1, b: 2 })
    expect(await rig.during(job.result())).toBe(3)
    expect(seen).toEqual(['t1'])
  })
})

test('a schedule makes jobs while the rota runs', async () => {
  const ticks: (number | undefined)[] = []
  const beat = task('beat', (_input: { n: number }, { job }) => void ticks.push(job.tick?.tick))
  const rota = rig.rota({ tasks: [beat] })
  const start = rig.clock.now()
  expect(await rota.schedule('beat', 'every 10s', beat, { n: 1 })).toMatchObject({ status: 'created' })
  await rota.start()
  await rig.clock.advance(35 * SECOND)
  expect(ticks).toEqual([start + 10 * SECOND, start + 20 * SECOND, start + 30 * SECOND])
  expect(await rota.schedules.get('beat')).toMatchObject({ fired: 3, nextTickAt: new Date(start + 40 * SECOND) })
})

test('worker and scheduler are in the registry while they run', async () => {
  const rota = rig.rota({ tasks: [add] })
  await rota.start()
  await rig.clock.settle()
  expect((await rota.workers()).map(({ kind }) => kind).sort()).toEqual(['scheduler', 'worker'])
  await rig.during(rota.stop())
  expect(await rota.workers()).toEqual([])
})

describe('stopping', () => {
  test('lets running handlers end, and the store stays open', async () => {
    const slow = task('slow', async (ms: number) => rig.clock.sleep(ms))
    const rota = rig.rota({ tasks: [slow] })
    await rota.start()
    const job = await rota.enqueue(slow, 5 * SECOND)
    await rig.clock.advance(SECOND)
    expect(await rig.during(rota.stop())).toEqual({ drained: 1, released: 0, abandoned: 0 })
    expect(await job.get()).toMatchObject({ state: 'completed' })
  })

  test('gives back what is not done within the grace, without a try spent', async () => {
    const slow = task('slow', async (ms: number, { signal }) => rig.clock.sleep(ms, signal))
    const rota = rig.rota({ tasks: [slow] })
    await rota.start()
    const job = await rota.enqueue(slow, 3600 * SECOND)
    await rig.clock.advance(SECOND)
    const summary = await rig.during(rota.stop({ grace: '2 seconds' }))
    expect(summary).toEqual({ drained: 0, released: 1, abandoned: 0 })
    expect(await job.get()).toMatchObject({ state: 'pending', tries: 0 })
  })

  test('waits, when it is asked for again meanwhile, for the same end', async () => {
    const slow = task('slow', async (ms: number) => rig.clock.sleep(ms))
    const rota = rig.rota({ tasks: [slow] })
    await rota.start()
    const job = await rota.enqueue(slow, 5 * SECOND)
    await rig.clock.advance(SECOND)
    const first = rota.stop()
    await rig.clock.advance(SECOND)
    const second = rota.stop()
    const states: (string | undefined)[] = []
    const closed = second.then(async () => {
      states.push((await job.get())?.state)
      await rota.close()
    })
    expect(await rig.during(first)).toEqual({ drained: 1, released: 0, abandoned: 0 })
    expect(await second).toEqual({ drained: 1, released: 0, abandoned: 0 })
    await rig.during(closed)
    expect(states).toEqual(['completed'])
  })

  test('by a close in the middle of a run leaves the store open until the run has ended', async () => {
    const slow = task('slow', async (ms: number) => rig.clock.sleep(ms))
    const rota = rig.rota({ tasks: [slow] })
    await rota.start()
    const end = new AbortController()
    const listeners = process.listenerCount('SIGTERM')
    const ran = rota.run({ signal: end.signal })
    while (process.listenerCount('SIGTERM') === listeners) await rig.clock.settle()
    await rota.enqueue(slow, 5 * SECOND)
    await rig.clock.advance(SECOND)
    end.abort()
    await rig.clock.settle()
    const closed = rota.close()
    expect(await rig.during(ran)).toMatchObject({ drained: 1, abandoned: 0 })
    await rig.during(closed)
  })

  test('ends also a worker and a scheduler that are still being started', async () => {
    const rota = rig.rota({ tasks: [add] })
    await rota.open()
    const starting = [rota.startWorker(), rota.startScheduler()]
    await rig.during(rota.close())
    await Promise.all(starting)
    await rig.clock.settle()
    expect(rig.clock.timers).toEqual([])
  })

  test('leaves room for another start', async () => {
    const rota = rig.rota({ tasks: [add] })
    await rota.start()
    await rig.during(rota.stop())
    await rota.start()
    const job = await rota.enqueue(add, { a: 2, b: 2 })
    expect(await rig.during(job.result())).toBe(4)
  })

  test('happens with the close, and nothing can be asked afterwards', async () => {
    const rota = rig.rota({ tasks: [add] })
    await rota.start()
    await rig.during(rota.close())
    await expect(rota.enqueue(add, { a: 1, b: 1 })).rejects.toMatchObject({ code: 'BACKEND_CLOSED' })
    await expect(rota.start()).rejects.toMatchObject({ code: 'BACKEND_CLOSED' })
    await rota.close()
  })
})

test('a worker and a scheduler are not started with an option that nobody reads', async () => {
  const rota = rig.rota()
  const worker = rota.startWorker({ concurency: 3 } as object)
  await expect(worker).rejects.toThrow(/^startWorker: expected options among .*concurrency.*, got "concurency"$/)
  const queues = rota.startWorker({ queues: { mail: { concurency: 3 } as object } })
  await expect(queues).rejects.toThrow(
    /^startWorker: queue "mail": expected options among concurrency, got "concurency"$/,
  )
  const scheduler = rota.startScheduler({ poll: 1 } as object)
  await expect(scheduler).rejects.toThrow(/^startScheduler: expected options among .*, got "poll"$/)
})

test('tasks that make no sense are refused when they are listed, and not when they are to run', () => {
  const bad = (policy: object) => task('bad', { ...policy, run: () => 1 })
  const rota = rig.rota()
  expect(() => rig.rota({ tasks: [bad({ backoff: 'sometimes' })] })).toThrow(/^task "bad": backoff must be one of/)
  expect(() => rota.add(bad({ timeout: 'soon' }))).toThrow(/^task "bad": timeout must be a duration/)
  expect(() => rota.add(bad({ deadline: -1 }))).toThrow(/^task "bad": deadline must be a duration/)
})

test('services that were stopped by themselves are forgotten, and not counted again', async () => {
  const slow = task('slow', async (ms: number) => rig.clock.sleep(ms))
  const rota = rig.rota({ tasks: [slow] })
  const worker = await rota.startWorker()
  const scheduler = await rota.startScheduler()
  await rota.enqueue(slow, 5 * SECOND)
  await rig.clock.advance(SECOND)
  expect(await rig.during(worker.stop())).toEqual({ drained: 1, released: 0, abandoned: 0 })
  await rig.during(scheduler.stop())
  await Promise.all([worker.stopped, scheduler.stopped])
  expect(await rig.during(rota.stop())).toEqual({ drained: 0, released: 0, abandoned: 0 })
})

test('a start that fails leaves nothing running, and says why', async () => {
  const rota = rig.rota({ tasks: [add], worker: { lease: 1 } })
  await expect(rig.during(rota.start())).rejects.toThrow(/^worker: lease must be a duration of/)
  await rig.clock.settle()
  expect(rig.clock.timers).toEqual([])
})

test('a store that cannot be opened is tried again by the next call', async () => {
  const backend = memory({ clock: rig.clock })
  const openStore = backend.open.bind(backend)
  let tries = 0
  backend.open = async (params) => {
    tries += 1
    if (tries === 1) throw new Error('not yet')
    return openStore(params)
  }
  const rota = rig.rota({}, backend)
  await expect(rota.open()).rejects.toThrow('not yet')
  expect(await rota.counts()).toEqual([])
  expect(tries).toBe(2)
})
