import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { RotaRig } from '../../test/app/rota-rig.js'
import { CompletedTaskInQueue, UnknownTaskId, UnknownTaskType } from '../client/row-errors.js'
import { RotaError } from '../model/errors.js'
import { task } from '../model/task-definition.js'
import { createRota } from './create-rota.js'
import type { Rota } from './rota.js'

const SECOND = 1000
const HOUR = 3600 * SECOND

const rig = RotaRig.forEachTest()
let rota: Rota

beforeEach(() => {
  rota = rig.rota()
})

const done = () => ({ completed: true })

describe('rows on record', () => {
  test('a row that was put waits for its message, under its id as text', async () => {
    const runner = vi.fn(done)
    rota.runner('exampleTask', runner)
    await rota.start()
    await rota.rows.put({ id: 7, type: 'exampleTask' })
    await rig.clock.advance(HOUR)
    expect(runner).not.toHaveBeenCalled()
    const row = { id: '7', completed: false, type: 'exampleTask', params: {}, state: 'put', targetTimestamp: null }
    expect(await rota.rows.get(7)).toEqual({ ...row, attempts: 0, error: null })
    expect(await rota.rows.get('7')).toMatchObject(row)
    await rota.rows.send({ taskId: '7' })
    await rig.clock.advance(SECOND)
    expect(await rota.rows.get(7)).toMatchObject({ completed: true })
    expect(await rota.rows.get(8)).toBeNull()
  })

  test('the last row that was put under an id counts', async () => {
    rota.runner('exampleTask', done)
    await rota.rows.put({ id: 'a', type: 'exampleTask', params: { n: 1 } })
    await rota.rows.put({ id: 'a', type: 'exampleTask', params: { n: 2 } })
    expect(await rota.rows.get('a')).toMatchObject({ params: { n: 2 } })
    await rota.start()
    await rota.rows.send({ taskId: 'a' })
    await expect(rota.rows.put({ id: 'a', type: 'exampleTask' })).rejects.toMatchObject({ code: 'BUSY' })
    await rig.clock.advance(SECOND)
    expect(await rota.rows.get('a')).toMatchObject({ completed: true, params: { n: 2 } })
    await rota.rows.put({ id: 'a', type: 'exampleTask', params: { n: 3 } })
    expect(await rota.rows.get('a')).toMatchObject({ state: 'put', params: { n: 3 } })
    await rota.rows.send({ taskId: 'a' })
    await rig.clock.advance(SECOND)
    expect(await rota.rows.get('a')).toMatchObject({ completed: true, params: { n: 3 } })
  })

  test('values that JSON lacks survive', async () => {
    const params = { at: new Date(0), big: 10n, set: new Set([1]) }
    const seen: object[] = []
    rota.runner('exampleTask', (row) => ({ completed: seen.push(row.params) > 0 }))
    await rota.start()
    await rota.rows.put({ id: 0, type: 'exampleTask', params })
    await rota.rows.send({ taskId: 0 })
    await rig.clock.advance(SECOND)
    expect(seen).toEqual([params])
  })

  test('a program without runners puts and sends for one that has them, through a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rota-rows-'))
    const url = `sqlite:${join(folder, 'rota.db')}`
    const producer = createRota({ url })
    const consumer = createRota({ url })
    consumer.runner<{ n: number }>('exampleTask', ({ params }) => ({ completed: true, newParams: { n: params.n + 1 } }))
    await consumer.start()
    await producer.rows.put({ id: 0, completed: false, type: 'exampleTask', params: { n: 1 } })
    const job = await producer.rows.send({ taskId: 0, targetTimestamp: null, priority: null })
    expect(job).toMatchObject({ id: '0', task: 'exampleTask', status: 'inserted' })
    expect(await job.result()).toEqual({ completed: true, params: { n: 2 } })
    expect(await producer.rows.get(0)).toMatchObject({ completed: true, params: { n: 2 } })
    await Promise.all([producer.close(), consumer.close()])
    rmSync(folder, { recursive: true })
  })

  test.each([
    ['a completed row', { id: 0, completed: true, type: 'a' }, /put: completed: expected false, got true/],
    ['another member', { id: 0, type: 'a', owner: 'Ann' }, /put: expected options among .*, got "owner"/],
    ['a broken number as id', { id: 1.5, type: 'a' }, /row id: expected 1 to 128 characters/],
    ['an id that is too long', { id: 'x'.repeat(120), type: 'a' }, /row id: expected at most 119 characters, got 120/],
    ['params that are no object', { id: 0, type: 'a', params: [] }, /put: params: expected an object/],
    ['a type that is no name', { id: 0, type: 'no name!' }, /task name: expected/],
    ['nothing', null, /put: expected \{ id, completed, type, params \}, got null/],
  ])('%s is refused', async (_what, row, message) => {
    await expect(rota.rows.put(row as never)).rejects.toThrow(message)
  })

  test.each([
    ['a bad priority', { taskId: 0, priority: 9 }, /send: priority: expected 1 to 5, got 9/],
    ['a bad target', { taskId: 0, targetTimestamp: 'soon' }, /send: targetTimestamp: expected a Date/],
    ['no id', {}, /send: taskId: expected/],
    ['no message', 5, /send: expected \{ taskId, targetTimestamp, priority \}/],
  ])('a message with %s is refused', async (_what, message, expected) => {
    await expect(rota.rows.send(message as never)).rejects.toThrow(expected)
  })
})

describe('messages that lead nowhere', () => {
  test('B-07 an unknown id, an unknown type and a completed row are told apart', async () => {
    rota.runner('exampleTask', done)
    await rota.start()
    await rota.rows.put({ id: 0, type: 'exampleTask', params: { n: 1 } })
    await rota.rows.send({ taskId: 0 })
    await rig.clock.advance(SECOND)
    const errors: unknown[] = []
    for (const refused of [
      rota.rows.send({ taskId: 'nobody' }),
      rota.rows.send({ taskId: 0 }),
      rota.rows.put({ id: 1, type: 'otherTask' }),
    ])
      errors.push(await refused.catch((error: unknown) => error))
    expect(errors[0]).toBeInstanceOf(UnknownTaskId)
    expect(errors[0]).toMatchObject({ code: 'JOB_UNKNOWN', taskId: 'nobody' })
    expect(errors[1]).toBeInstanceOf(CompletedTaskInQueue)
    expect(errors[1]).toMatchObject({ code: 'JOB_COMPLETED', ddbTask: { id: '0', completed: true, params: { n: 1 } } })
    expect(errors[2]).toBeInstanceOf(UnknownTaskType)
    expect(errors[2]).toMatchObject({ code: 'TASK_UNKNOWN', taskType: 'otherTask' })
    expect(errors.every((error) => RotaError.is(error))).toBe(true)
  })

  test('B-07 a type of another program is known when it is declared', async () => {
    rota.runner('exampleTask', done)
    rota.add(task('otherTask'))
    await rota.rows.put({ id: 1, type: 'otherTask' })
    expect(await rota.rows.send({ taskId: 1 })).toMatchObject({ task: 'otherTask' })
  })

  test('B-12 names that every object has are unknown types', async () => {
    rota.runner('exampleTask', done)
    for (const type of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      await expect(rota.rows.put({ id: 0, type })).rejects.toBeInstanceOf(UnknownTaskType)
    }
    // Put by another program, it is known to nobody here either.
    const other = rig.rota()
    await other.rows.put({ id: 0, type: 'toString' })
    await expect(rota.rows.send({ taskId: 0 })).rejects.toBeInstanceOf(UnknownTaskType)
  })
})

describe('messages that come twice, and in batches', () => {
  test('B-13 the same message twice at one time is one execution', async () => {
    const runner = vi.fn(done)
    rota.runner('exampleTask', runner)
    await rota.start()
    await rota.rows.put({ id: 0, type: 'exampleTask' })
    const twice = await Promise.all([rota.rows.send({ taskId: 0 }), rota.rows.send({ taskId: 0 })])
    expect(twice.map(({ status }) => status).sort()).toEqual(['duplicate', 'inserted'])
    await rig.clock.advance(SECOND)
    expect(runner).toHaveBeenCalledOnce()
  })

  test('B-13 a message that comes again while its row runs or waits changes nothing', async () => {
    const runner = vi.fn(async () => {
      await rig.clock.sleep(10 * SECOND)
      return { completed: runner.mock.calls.length === 2, newTargetTimestamp: rig.clock.now() + HOUR }
    })
    rota.runner('exampleTask', runner)
    await rota.start()
    await rota.rows.put({ id: 0, type: 'exampleTask' })
    await rota.rows.send({ taskId: 0 })
    await rig.clock.advance(5 * SECOND)
    expect(await rota.rows.send({ taskId: 0 })).toMatchObject({ id: '0', status: 'duplicate' })
    await rig.clock.advance(30 * SECOND)
    expect(await rota.rows.send({ taskId: 0 })).toMatchObject({ id: '0', status: 'duplicate' })
    expect(runner).toHaveBeenCalledOnce()
    await rig.clock.advance(2 * HOUR)
    expect(runner).toHaveBeenCalledTimes(2)
  })

  test('a sending that stopped half-way is made good by sending again', async () => {
    rota.runner('exampleTask', done)
    await rota.rows.put({ id: 0, type: 'exampleTask', params: { n: 1 } })
    const remove = vi.spyOn(rig.backend.jobs, 'delete').mockRejectedValueOnce(new Error('the connection broke'))
    await expect(rota.rows.send({ taskId: 0 })).rejects.toThrow('the connection broke')
    expect(await rota.rows.send({ taskId: 0 })).toMatchObject({ status: 'duplicate' })
    remove.mockRestore()
    await rota.start()
    await rig.clock.advance(SECOND)
    expect(await rota.rows.get(0)).toMatchObject({ completed: true, params: { n: 1 } })
    await expect(rota.rows.send({ taskId: 0 })).rejects.toBeInstanceOf(CompletedTaskInQueue)
  })

  test('B-08 of a batch of three whose second fails, the first and the third are run', async () => {
    const seen: unknown[] = []
    const runner = ({ id, params }: { id: string; params: { bad?: boolean } }) => {
      if (params.bad === true) throw new Error('broken')
      return { completed: seen.push(id) > 0 }
    }
    rota.runner('exampleTask', runner, { backoff: () => 60 * SECOND })
    for (const id of [1, 2, 3]) await rota.rows.put({ id, type: 'exampleTask', params: id === 2 ? { bad: true } : {} })
    const records = [1, 2, 3].map((taskId) => ({ messageId: `m-${taskId}`, body: JSON.stringify({ taskId }) }))
    expect(await rota.rows.receive({ Records: records })).toEqual({ batchItemFailures: [] })
    await rota.start()
    await rig.clock.advance(100)
    expect(seen).toEqual(['1', '3'])
    expect(await rota.rows.get(2)).toMatchObject({ completed: false, attempts: 1, error: { message: 'broken' } })
  })

  test('B-09 a batch is always answered with a list of the messages that have to come again', async () => {
    const warnings: unknown[] = []
    const logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: (facts: object) => void warnings.push(facts),
      error: () => undefined,
    }
    const logged = rig.rota({ logger })
    logged.runner('exampleTask', done)
    await logged.rows.put({ id: 0, type: 'exampleTask' })
    const records = [
      { messageId: 'unknown', body: '{"taskId":"nobody","targetTimestamp":null,"priority":null}' },
      { messageId: 'good', body: '{"taskId":0,"targetTimestamp":null,"priority":null}' },
      { messageId: 'broken', body: '{"taskId":' },
      null,
    ]
    const failures = ['unknown', 'broken', ''].map((itemIdentifier) => ({ itemIdentifier }))
    expect(await logged.rows.receive({ Records: records })).toEqual({ batchItemFailures: failures })
    expect(warnings).toMatchObject([{ messageId: 'unknown', error: { taskId: 'nobody' } }, { messageId: 'broken' }, {}])
    expect(await logged.rows.receive({ Records: [] })).toEqual({ batchItemFailures: [] })
    await logged.start()
    await rig.clock.advance(SECOND)
    // It is done: to let it come again would never end.
    expect(await logged.rows.receive({ Records: [records[1]] })).toEqual({ batchItemFailures: [] })
    for (const event of [{}, null, { Records: 5 }]) {
      await expect(logged.rows.receive(event)).rejects.toMatchObject({ code: 'EVENT_INVALID' })
    }
    const stopped = logged.stop()
    await rig.clock.advance(SECOND)
    await stopped
  })
})
