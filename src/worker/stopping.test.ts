import { beforeEach, describe, expect, test } from 'vitest'
import { WorkerRig } from '../../test/worker/worker-rig.js'
import { Deferred } from '../async/deferred.js'
import { RotaError } from '../model/errors.js'
import { task } from '../model/task-definition.js'

let rig: WorkerRig

beforeEach(() => {
  rig = new WorkerRig()
})

const doze = task('doze', async (ms: number) => rig.clock.sleep(ms))

describe('a worker that is stopped', () => {
  test('lets what runs end, claims nothing more, leaves the registry, and says how it went', async () => {
    const worker = await rig.started([doze], { concurrency: 2 })
    const ids = [await rig.enqueue(doze, 10_000), await rig.enqueue(doze, 20_000), await rig.enqueue(doze, 1)]
    await rig.clock.advance(1000)
    const stopping = worker.stop()
    await rig.clock.advance(19_000)
    expect(await stopping).toEqual({ drained: 2, released: 0, abandoned: 0 })
    const states = await Promise.all(ids.map(async (id) => (await rig.job(id)).state))
    expect(states).toEqual(['completed', 'completed', 'pending'])
    expect(await rig.store.control.listNodes({})).toEqual([])
    expect(rig.ofType('drained')).toEqual([{ type: 'drained', summary: { drained: 2, released: 0, abandoned: 0 } }])
    expect(rig.clock.timers).toEqual([])
  })

  test('keeps the leases of what still runs', async () => {
    const worker = await rig.started([doze], { lease: '3 seconds' })
    const id = await rig.enqueue(doze, 20_000)
    await rig.clock.settle()
    await rig.started([doze], { lease: '3 seconds' })
    const stopping = worker.stop()
    await rig.clock.advance(20_000)
    expect(await stopping).toEqual({ drained: 1, released: 0, abandoned: 0 })
    expect(await rig.job(id)).toMatchObject({ state: 'completed', fence: 1 })
  })

  test('gives back at once what it claimed ahead, without a try spent', async () => {
    const quick = task('quick', async () => rig.clock.sleep(2))
    await rig.enqueueAll(quick, 500)
    rig.latencyMs = 5
    const worker = await rig.started([quick], { concurrency: 4 })
    for (let ms = 0; ms < 500 && worker.status.waiting === 0; ms++) await rig.clock.advance(1)
    const { waiting } = worker.status
    expect(waiting).toBeGreaterThan(0)
    const stopping = worker.stop()
    await rig.clock.advance(100)
    const { released, abandoned } = await stopping
    expect(released).toBeGreaterThanOrEqual(waiting)
    expect(abandoned).toBe(0)
    const counts = await rig.store.inspector.counts({})
    expect(counts.find(({ state }) => state === 'running')?.count ?? 0).toBe(0)
    expect(worker.status).toEqual({ running: 0, waiting: 0, held: 0 })
  })

  test('aborts signals when the grace is over, and gives back what then throws', async () => {
    const reasons: unknown[] = []
    const heeding = task('heeding', async (_: undefined, { signal }) => {
      await rig.clock.sleep(3_600_000, signal).catch((reason: unknown) => {
        reasons.push(reason)
        throw reason
      })
    })
    const worker = await rig.started([heeding])
    const id = await rig.enqueue(heeding)
    await rig.clock.settle()
    const stopping = worker.stop({ graceMs: 5000 })
    await rig.clock.advance(4999)
    expect(reasons).toEqual([])
    await rig.clock.advance(1)
    expect(reasons.map((reason) => RotaError.is(reason) && reason.code)).toEqual(['ABORTED'])
    expect(await stopping).toEqual({ drained: 0, released: 1, abandoned: 0 })
    expect(await rig.job(id)).toMatchObject({ state: 'pending', tries: 0, error: null })
  })

  test('believes a return after its abort only of a handler that could not know, or that says what comes next', async () => {
    const end = new Deferred()
    const work = task('work', async (how: string, context) => {
      const { signal } = how === 'unaware' ? { signal: null } : context
      await end.promise
      if (how === 'again') return context.again({ params: 'rest' })
      return signal === null ? 'all done' : 'cut short'
    })
    const worker = await rig.started([work])
    const ids = [await rig.enqueue(work, 'unaware'), await rig.enqueue(work, 'aware'), await rig.enqueue(work, 'again')]
    await rig.clock.settle()
    const stopping = worker.stop({ graceMs: 1000 })
    await rig.clock.advance(1500)
    end.resolve()
    await rig.clock.settle()
    expect(await stopping).toEqual({ drained: 2, released: 1, abandoned: 0 })
    const [unaware, aware, again] = await Promise.all(ids.map((id) => rig.job(id)))
    expect(unaware).toMatchObject({ state: 'completed', result: { json: '"all done"' } })
    expect(aware).toMatchObject({ state: 'pending', tries: 0, iterations: 0 })
    expect(again).toMatchObject({ state: 'pending', iterations: 1, payload: { json: '"rest"' } })
  })

  test('leaves behind what ignores its signal, given back without a try spent', async () => {
    const deaf = task('deaf', async () => new Deferred().promise)
    const worker = await rig.started([deaf])
    const id = await rig.enqueue(deaf)
    await rig.clock.settle()
    const stopping = worker.stop({ graceMs: 5000 })
    await rig.clock.advance(7000)
    expect(await stopping).toEqual({ drained: 0, released: 0, abandoned: 1 })
    expect(await rig.job(id)).toMatchObject({ state: 'pending', tries: 0 })
    expect(rig.ofType('zombie')).toMatchObject([{ job: { id } }])
  })

  test('twice, the second time with now, does not wait for the grace', async () => {
    const worker = await rig.started([doze])
    await rig.enqueue(doze, 60_000)
    await rig.clock.settle()
    const first = worker.stop()
    const second = worker.stop({ now: true })
    await rig.clock.advance(2000)
    expect(await first).toEqual({ drained: 0, released: 0, abandoned: 1 })
    expect(await second).toEqual(await first)
  })

  test('before it was started does nothing, and it cannot be started any more', async () => {
    const worker = rig.worker([doze])
    expect(await worker.stop()).toEqual({ drained: 0, released: 0, abandoned: 0 })
    await expect(worker.start()).rejects.toThrow(TypeError)
    expect(rig.calls).toEqual([])
  })

  test('while the store is down ends all the same, and counts what could not be recorded', async () => {
    const worker = await rig.started([doze])
    await rig.enqueue(doze, 1000)
    await rig.clock.settle()
    rig.fault = () => 'before'
    const stopping = worker.stop({ graceMs: 5000 })
    await rig.clock.advance(60_000)
    expect(await stopping).toEqual({ drained: 0, released: 0, abandoned: 1 })
    expect(rig.clock.timers).toEqual([])
  })

  test('while the store does not answer ends all the same', async () => {
    const worker = await rig.started([doze])
    await rig.enqueue(doze, 1000)
    await rig.clock.settle()
    rig.fault = () => 'hang'
    const stopping = worker.stop({ graceMs: 5000 })
    await rig.clock.advance(120_000)
    expect(await stopping).toEqual({ drained: 0, released: 0, abandoned: 1 })
    expect(rig.clock.timers).toEqual([])
  })

  test('during a claim gives back what that claim brings', async () => {
    const ids = await rig.enqueueAll(doze, 3)
    rig.latencyMs = 50
    const worker = await rig.started([doze])
    const stopping = worker.stop()
    await rig.clock.settle()
    expect((await rig.job(ids[0] as string)).state).toBe('running')
    await rig.clock.advance(200)
    expect(await stopping).toEqual({ drained: 0, released: 3, abandoned: 0 })
    for (const id of ids) expect(await rig.job(id)).toMatchObject({ state: 'pending', tries: 0 })
  })

  test('makes no call and sets no timer afterwards, whatever its handlers still do', async () => {
    const end = new Deferred()
    const deaf = task('deaf', async (_: undefined, { log }) => {
      await end.promise
      log.info('still here')
      throw new Error('late')
    })
    const worker = await rig.started([deaf])
    await rig.enqueue(deaf)
    await rig.clock.settle()
    const stopping = worker.stop({ now: true })
    await rig.clock.advance(10_000)
    await stopping
    const calls = rig.calls.length
    const { length } = rig.events
    end.resolve()
    await rig.enqueue(deaf)
    await rig.clock.advance(60_000)
    expect(rig.calls.length).toBe(calls)
    expect(rig.events.slice(length)).toEqual([])
    expect(rig.clock.timers).toEqual([])
  })
})
