import { describe, expect, test, vi } from 'vitest'
import { RotaRig } from '../../test/app/rota-rig.js'
import { type FailureReport, task } from '../model/task-definition.js'
import type { Rota } from './rota.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const rig = RotaRig.forEachTest()

/** As `example.js` of the seed does: a row, then a message for it. */
async function putAndSend(rota: Rota, message: object = {}, params: object = {}): Promise<void> {
  await rota.rows.put({ id: 0, completed: false, type: 'exampleTask', params })
  await rota.rows.send({ taskId: 0, targetTimestamp: null, priority: null, ...message })
}

test('B-01 a due row is run once with the whole of it, and is then completed', async () => {
  const runner = vi.fn(() => ({ completed: true, newParams: {}, newTargetTimestamp: null }))
  const rota = rig.rota()
  rota.runner('exampleTask', runner)
  await rota.start()
  await putAndSend(rota, {}, { n: 1 })
  await rig.clock.advance(HOUR)
  expect(runner).toHaveBeenCalledOnce()
  const row = { id: '0', completed: false, type: 'exampleTask', params: { n: 1 } }
  expect(runner).toHaveBeenCalledWith(row, expect.anything())
  expect(await rota.rows.get(0)).toEqual({
    ...row,
    completed: true,
    state: 'completed',
    targetTimestamp: null,
    attempts: 0,
    error: null,
  })
})

describe('when a row is run', () => {
  test('B-02 a row of two hours ahead waits on record, with everything that its message said', async () => {
    const runner = vi.fn(() => ({ completed: true }))
    const rota = rig.rota()
    rota.runner('exampleTask', runner)
    await rota.start()
    const target = rig.clock.now() + 2 * HOUR
    await putAndSend(rota, { targetTimestamp: target, priority: 2, from: 'shop' })
    expect(await rota.rows.get(0)).toMatchObject({ state: 'scheduled', targetTimestamp: target })
    const waiting = { priority: 2, fence: 0, headers: { 'rota-message': '{"from":"shop"}' } }
    await rig.clock.advance(2 * HOUR - 1)
    // The fence tells that nothing has touched it meanwhile: it does not hop.
    expect(await rota.get('0')).toMatchObject(waiting)
    expect(runner).not.toHaveBeenCalled()
    await rig.clock.advance(1 + SECOND)
    expect(runner).toHaveBeenCalledOnce()
  })

  test('B-03 a row is due to the millisecond', async () => {
    const startedAt: number[] = []
    const rota = rig.rota()
    rota.runner('exampleTask', () => ({ completed: startedAt.push(rig.clock.now()) > 0 }))
    await rota.start()
    const target = rig.clock.now() + 30_200
    await putAndSend(rota, { targetTimestamp: target })
    await rig.clock.advance(MINUTE)
    expect(startedAt).toEqual([target])
  })

  test.each([
    ['now', () => rig.clock.now()],
    ['past', () => rig.clock.now() - DAY],
    ['before 1970', () => -1],
    ['null', () => null],
    ['absent', () => undefined],
    ['digits', () => String(rig.clock.now())],
    ['a date', () => new Date(rig.clock.now())],
  ])('B-04 a message for %s runs its row at once', async (_what, targetTimestamp) => {
    const startedAt: number[] = []
    const rota = rig.rota()
    rota.runner('exampleTask', () => ({ completed: startedAt.push(rig.clock.now()) > 0 }))
    await rota.start()
    const sentAt = rig.clock.now()
    await putAndSend(rota, { targetTimestamp: targetTimestamp() })
    await rig.clock.advance(SECOND)
    expect(startedAt).toEqual([sentAt])
  })

  test('B-14 a row of 400 days ahead runs on the day, and no process has to hop for it', async () => {
    const startedAt: number[] = []
    const target = rig.clock.now() + 400 * DAY
    const first = rig.rota()
    first.runner('exampleTask', () => ({ completed: true }))
    await first.start()
    await putAndSend(first, { targetTimestamp: target })
    await rig.clock.advance(MINUTE)
    const closed = first.stop()
    await rig.clock.advance(MINUTE)
    await closed
    await rig.clock.advanceTo(target - MINUTE)
    const later = rig.rota()
    later.runner('exampleTask', () => ({ completed: startedAt.push(rig.clock.now()) > 0 }))
    await later.start()
    await rig.clock.advance(MINUTE - 1)
    expect(await later.get('0')).toMatchObject({ state: 'scheduled', fence: 0 })
    await rig.clock.advance(SECOND)
    expect(startedAt).toEqual([target])
  })
})

describe('what an iteration leaves', () => {
  test('B-05 new params and a new target: the row waits with both, under the same priority', async () => {
    const startedAt: number[] = []
    const rota = rig.rota()
    rota.runner<{ n: number; by?: string }>('exampleTask', ({ params }) => {
      startedAt.push(rig.clock.now())
      if (params.n === 2) return { completed: true, newParams: { by: 'second' } }
      return { completed: false, newParams: { n: 2 }, newTargetTimestamp: rig.clock.now() + MINUTE }
    })
    await rota.start()
    const sentAt = rig.clock.now()
    await putAndSend(rota, { priority: 4 }, { n: 1 })
    await rig.clock.advance(SECOND)
    const target = sentAt + MINUTE
    expect(await rota.rows.get(0)).toMatchObject({ completed: false, params: { n: 2 }, targetTimestamp: target })
    expect(await rota.get('0')).toMatchObject({ priority: 4, iterations: 1 })
    await rig.clock.advance(MINUTE)
    expect(startedAt).toEqual([sentAt, target])
    expect(await rota.rows.get('0')).toMatchObject({ completed: true, params: { n: 2, by: 'second' } })
  })

  test.each([
    ['no target', () => undefined],
    ['null', () => null],
    ['a target that is now', () => rig.clock.now()],
    ['a target that is past', () => new Date(rig.clock.now() - HOUR)],
  ])('B-06 %s of an iteration runs the row again after a pause, never hot', async (_what, newTargetTimestamp) => {
    const runner = vi.fn(() => ({ completed: false, newTargetTimestamp: newTargetTimestamp() }))
    const rota = rig.rota()
    rota.runner('exampleTask', runner)
    await rota.start()
    await putAndSend(rota)
    await rig.clock.advance(10 * SECOND - 1)
    expect(runner).toHaveBeenCalledTimes(10)
  })

  test('B-06 the pause is a setting of the runner', async () => {
    const runner = vi.fn(() => ({ completed: false }))
    const rota = rig.rota()
    rota.runner('exampleTask', runner, { pause: '1 minute' })
    await rota.start()
    await putAndSend(rota)
    await rig.clock.advance(10 * MINUTE - 1)
    expect(runner).toHaveBeenCalledTimes(10)
  })

  test('B-11 params that an iteration does not name stay, one level deep', async () => {
    const results = [
      { completed: false },
      { completed: false, newParams: null },
      { completed: false, newParams: { deep: { c: 3 } } },
      { completed: true },
    ]
    const seen: object[] = []
    const rota = rig.rota()
    rota.runner('exampleTask', ({ params }) => results[seen.push(params) - 1] ?? { completed: true })
    await rota.start()
    await putAndSend(rota, {}, { a: 1, deep: { b: 2 } })
    await rig.clock.advance(MINUTE)
    const before = { a: 1, deep: { b: 2 } }
    const after = { a: 1, deep: { c: 3 } }
    expect(seen).toEqual([before, before, before, after])
    expect(await rota.rows.get(0)).toMatchObject({ completed: true, params: after })
  })

  test('B-11 a runner can ask that new params replace the others', async () => {
    const seen: object[] = []
    const rota = rig.rota()
    const results = [
      { completed: false, newParams: { b: 2 } },
      { completed: false },
      { completed: true, newParams: {} },
    ]
    rota.runner('exampleTask', ({ params }) => results[seen.push(params) - 1] ?? { completed: true }, {
      params: 'replace',
    })
    await rota.start()
    await putAndSend(rota, {}, { a: 1 })
    await rig.clock.advance(MINUTE)
    expect(seen).toEqual([{ a: 1 }, { b: 2 }, { b: 2 }])
    expect((await rota.rows.get(0))?.params).toEqual({})
  })

  test('a runner may answer in the words of rota: `again` replaces the params', async () => {
    const seen: object[] = []
    const rota = rig.rota()
    const walk = rota.runner<{ a?: number; b?: number }>('exampleTask', ({ params }, { again }) => {
      seen.push(params)
      return params.b === undefined ? again({ params: { b: 2 }, after: '1 minute' }) : { completed: true }
    })
    await rota.start()
    const job = await rota.enqueue(walk, { a: 1 })
    await rig.clock.advance(2 * MINUTE)
    expect(seen).toEqual([{ a: 1 }, { b: 2 }])
    expect(await job.result()).toEqual({ completed: true, params: { b: 2 } })
  })
})

describe('what goes wrong', () => {
  test('B-10 a runner that throws is tried again with a growing back-off, then the row is failed and says why', async () => {
    const startedAt: number[] = []
    const reports: FailureReport[] = []
    const onFailure = task('told', (report: FailureReport) => void reports.push(report))
    const rota = rig.rota({ onFailure })
    const backoff = { type: 'exponential', base: '1 second', jitter: false } as const
    const runner = (): never => {
      startedAt.push(rig.clock.now())
      throw new Error(`broken ${startedAt.length}`)
    }
    rota.runner('exampleTask', runner, { maxTries: 4, backoff })
    await rota.start()
    const sentAt = rig.clock.now()
    await putAndSend(rota, {}, { n: 1 })
    await rig.clock.advance(2 * SECOND)
    expect(await rota.rows.get(0)).toMatchObject({ completed: false, attempts: 2, error: { message: 'broken 2' } })
    await rig.clock.advance(MINUTE)
    expect(startedAt.map((at) => at - sentAt)).toEqual([0, 1 * SECOND, 3 * SECOND, 7 * SECOND])
    const failed = { state: 'failed', completed: false, params: { n: 1 }, attempts: 4, error: { message: 'broken 4' } }
    expect(await rota.rows.get(0)).toMatchObject(failed)
    expect(reports).toMatchObject([{ id: '0', task: 'exampleTask', failure: 'exhausted', payload: { n: 1 } }])
  })

  test('a row that failed is run again by another message', async () => {
    let isBroken = true
    const rota = rig.rota()
    const runner = vi.fn(() => {
      if (isBroken) throw new Error('broken')
      return { completed: true }
    })
    rota.runner('exampleTask', runner, { maxTries: 1 })
    await rota.start()
    await putAndSend(rota, {}, { n: 1 })
    await rig.clock.advance(SECOND)
    expect(await rota.rows.get(0)).toMatchObject({ state: 'failed' })
    isBroken = false
    const target = rig.clock.now() + HOUR
    await rota.rows.send({ taskId: '0', targetTimestamp: target })
    expect(await rota.rows.get(0)).toMatchObject({ state: 'scheduled', params: { n: 1 }, targetTimestamp: target })
    await rig.clock.advance(HOUR + SECOND)
    expect(await rota.rows.get(0)).toMatchObject({ state: 'completed', params: { n: 1 } })
    expect(runner).toHaveBeenCalledTimes(2)
  })

  test.each([
    ['nothing', undefined, /expected \{ completed, newParams, newTargetTimestamp \}, got undefined/],
    ['no completed', { newParams: {} }, /completed: expected true or false, got undefined/],
    ['params that are none', { completed: false, newParams: [1] }, /newParams: expected an object or null/],
    ['a target that is none', { completed: false, newTargetTimestamp: NaN }, /newTargetTimestamp: expected/],
  ])('a runner that returns %s fails its row at once: its work is done and would be done again', async (...given) => {
    const [, returned, message] = given
    const runner = vi.fn(() => returned as never)
    const rota = rig.rota()
    rota.runner('exampleTask', runner)
    await rota.start()
    await putAndSend(rota)
    await rig.clock.advance(HOUR)
    expect(runner).toHaveBeenCalledOnce()
    const row = await rota.rows.get(0)
    expect(row).toMatchObject({ state: 'failed', completed: false })
    expect(row?.error?.message).toMatch(message)
  })

  test.each([
    ['no function', () => rig.rota().runner('a', {} as never), /runner "a": expected a function, got object/],
    ['a bad name', () => rig.rota().runner('no name!', () => ({ completed: true })), /task name: expected/],
    ['a bad mode', () => rig.rota().runner('a', () => ({ completed: true }), { params: 'x' as never }), /"merge" or/],
    ['no pause', () => rig.rota().runner('a', () => ({ completed: true }), { pause: 0 }), /runner "a": pause/],
    ['a bad policy', () => rig.rota().runner('a', () => ({ completed: true }), { maxTries: 0 }), /maxTries: expected/],
  ])('a runner with %s is refused at once', (_what, make, message) => {
    expect(make).toThrow(message)
  })

  test('a type twice is refused at once', () => {
    const rota = rig.rota()
    rota.runner('exampleTask', () => ({ completed: true }))
    expect(() => rota.runner('exampleTask', () => ({ completed: true }))).toThrow(/second task named "exampleTask"/)
  })
})
