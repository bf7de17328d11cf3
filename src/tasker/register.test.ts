import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { RotaRig } from '../../test/app/rota-rig.js'
import type { Rota } from '../app/rota.js'
import { CATCH_ALL, taskOfEvent } from '../model/catch-all.js'
import { task } from '../model/task-definition.js'
import { Tasker } from './tasker.js'

const rig = RotaRig.forEachTest()
let rota: Rota

beforeEach(() => {
  rota = rig.rota()
})

/** Stores a job for the task that an event is for, as the loader of `tasks/*.json` does. */
async function deliver(event: unknown): Promise<string> {
  const { id } = await rota.enqueue(task<unknown>(taskOfEvent(event)), event)
  return id
}

async function resultOf(id: string): Promise<unknown> {
  const job = await rota.get(id)
  return job?.result
}

test('every handler runs as a task of the rota, the fall-through as its catch-all', async () => {
  const tasker = new Tasker((event, { invocation }) => ['fall-through', invocation.name, event])
  tasker.handle('test', (event, { invocation, deps }) => [invocation.type, invocation.id, deps, event])
  tasker.before((event) => ({ ...event, seen: true }))
  tasker.register(rota)
  await rota.start()
  const named = await deliver({ _taskName: 'test', foo: 'bar' })
  const nameless = await deliver({ foo: 'bar' })
  const empty = await deliver(null)
  // Whoever does not know the tasks leaves it to the catch-all to find the handler.
  const late = await rota.enqueue(task<unknown>(CATCH_ALL), { _taskName: 'test' })
  await rig.clock.advance(1_000)
  expect(await resultOf(named)).toEqual(['Job', named, undefined, { _taskName: 'test', foo: 'bar', seen: true }])
  expect(await resultOf(nameless)).toEqual(['fall-through', null, { foo: 'bar', seen: true }])
  expect(await resultOf(empty)).toEqual(['fall-through', null, { seen: true }])
  expect(await resultOf(late.id)).toEqual(['Job', late.id, undefined, { _taskName: 'test', seen: true }])
  expect(tasker.counts).toMatchObject({ handled: 4, failed: 0 })
})

test('A-13 a handler that throws is tried again by the policy of its task, and fails for good in the end', async () => {
  const tries: number[] = []
  const tasker = new Tasker().handle('bad', (_event, { invocation }) => {
    tries.push(invocation.job?.job.attempt ?? 0)
    throw new Error('broken')
  })
  tasker.register(rota, { maxTries: 3, backoff: { type: 'fixed', base: '10 seconds', jitter: false } })
  await rota.start()
  const id = await deliver({ _taskName: 'bad' })
  await rig.clock.advance(15_000)
  expect(tries).toEqual([1, 2])
  await rig.clock.advance(15_000)
  expect(tries).toEqual([1, 2, 3])
  expect(await rota.get(id)).toMatchObject({ state: 'failed', failure: 'exhausted', error: { message: 'broken' } })
})

test('a handler can run again, and logs to its job', async () => {
  const tasker = new Tasker().handle<{ n: number }>('walk', ({ n }, { invocation, log }) => {
    log.info(`step ${n}`)
    return n < 2 ? invocation.job?.again({ params: { n: n + 1 }, after: '1 minute' }) : 'arrived'
  })
  tasker.register(rota)
  await rota.start()
  const { id } = await rota.enqueue(task<unknown>('walk'), { n: 0 })
  await rig.clock.advance(180_000)
  expect(await rota.get(id)).toMatchObject({ state: 'completed', result: 'arrived', iterations: 2 })
  const details = await rota.details(id)
  expect(details?.logs.map(({ message }) => message)).toEqual(['step 0', 'step 1', 'step 2'])
})

test('without a fall-through an event that names nobody waits on record', async () => {
  new Tasker().handle('test', () => 'done').register(rota)
  await rota.start()
  const id = await deliver({ foo: 'bar' })
  await rig.clock.advance(3_600_000)
  expect(await rota.get(id)).toMatchObject({ state: 'pending', task: CATCH_ALL, tries: 0 })
})

test('the schedules of a tasks directory reach the handlers, in the queue that they were registered with', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-tasker-'))
  const write = (name: string, input: object): void =>
    writeFileSync(join(folder, name), JSON.stringify({ schedule: 'rate(1 minute)', input }))
  write('test.json', { _taskName: 'test', foo: 'bar' })
  write('nameless.json', { foo: 'bar' })
  const seen: unknown[] = []
  const tasker = new Tasker((event) => void seen.push(['fall-through', event]))
  tasker.handle('test', (event, { invocation }) => void seen.push([invocation.job?.job.queue, event]))
  const scheduled = rig.rota({ tasksDir: folder, app: 'shop' })
  tasker.register(scheduled, { queue: 'cron' })
  await scheduled.start()
  await rig.clock.advance(61_000)
  expect(seen).toHaveLength(2)
  expect(seen).toContainEqual(['cron', { _taskName: 'test', foo: 'bar' }])
  expect(seen).toContainEqual(['fall-through', { foo: 'bar' }])
  await rig.during(scheduled.close())
  rmSync(folder, { recursive: true })
})

test('a name that no task can have, or that is taken, is refused at once, and then nothing is registered', () => {
  const bad = new Tasker().handle('fine', () => 1).handle('no name!', () => 1)
  expect(() => bad.register(rota)).toThrow(/task name: expected .* got "no name!"/)
  const twice = new Tasker().handle('fine', () => 1).handle('mail', () => 1)
  rota.add(task('mail', () => 1))
  expect(() => twice.register(rota)).toThrow(/expected each name once, got a second task named "mail"/)
  expect(() => new Tasker().handle('fine', () => 1).register(rota)).not.toThrow()
})

test('a Tasker that comes after the worker is refused: nothing would run its tasks', async () => {
  await rota.start()
  expect(() => new Tasker(() => 1).register(rota)).toThrow(/all tasks before the worker starts, got "rota:catch-all"/)
})
