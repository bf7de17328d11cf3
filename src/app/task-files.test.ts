import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { whileTimePasses } from '../../test/while-time-passes.js'
import { memoryHandle } from '../backends/memory/memory-backend.js'
import { newState } from '../backends/memory/state.js'
import { sqlite } from '../backends/sqlite/sqlite-backend.js'
import { CATCH_ALL } from '../model/catch-all.js'
import { type AnyTask, task } from '../model/task-definition.js'
import type { Backend } from '../port/backend.js'
import { FakeClock } from '../time/fake-clock.js'
import { createRota } from './create-rota.js'
import type { Rota } from './rota.js'
import type { CommonOptions } from './rota-options.js'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

let clock: FakeClock
let folder: string
let open: Rota<unknown>[]

beforeEach(() => {
  clock = new FakeClock()
  folder = mkdtempSync(join(tmpdir(), 'rota-tasks-'))
  open = []
})

afterEach(async () => {
  for (const rota of open) await whileTimePasses(clock, rota.close())
  rmSync(folder, { recursive: true })
})

function write(files: Readonly<Record<string, unknown>>): void {
  for (const [name, file] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof file === 'string' ? file : JSON.stringify(file))
  }
}

const file = (schedule: string, input?: unknown): object => ({ schedule, input })

const stores: readonly (readonly [string, () => () => Backend<unknown>])[] = [
  [
    'memory',
    () => {
      const state = newState()
      return () => memoryHandle(state, clock)
    },
  ],
  ['SQLite', () => () => sqlite({ file: join(folder, 'rota.db'), clock })],
]

describe.each(stores)('the tasks directory on %s', (_name, newStore) => {
  let handle: () => Backend<unknown>
  beforeEach(() => {
    handle = newStore()
  })

  function makeRota(tasks: readonly AnyTask[] = [], more: CommonOptions = {}): Rota<unknown> {
    const rota = createRota({ backend: handle(), clock, tasks, tasksDir: folder, app: 'Fn', ...more })
    open.push(rota)
    return rota
  }

  async function restart(tasks: readonly AnyTask[] = []): Promise<Rota<unknown>> {
    for (const rota of open.splice(0)) await whileTimePasses(clock, rota.close())
    const rota = makeRota(tasks)
    await rota.start()
    return rota
  }

  const names = async (rota: Rota<unknown>): Promise<readonly string[]> =>
    (await rota.schedules.list()).map(({ name }) => name)

  test('A-09: holds a schedule for each .json file at its top, called <app>_<file> in lower case', async () => {
    const described = { ...file('cron(0 12 * * ? *)'), description: 'at noon' }
    write({ 'A.json': file('rate(1 day)'), 'b.JSON': described, 'c.txt': '{' })
    const rota = await restart()
    const schedules = await rota.schedules.list()
    expect(
      schedules.map(({ name, expression, timeZone, description }) => [name, expression, timeZone, description]),
    ).toEqual([
      ['fn_a', 'rate(1 day)', 'UTC', null],
      ['fn_b', 'cron(0 12 * * ? *)', 'UTC', 'at noon'],
    ])
    expect(schedules[1]?.nextTickAt).toEqual(new Date('2025-01-01T12:00:00Z'))
  })

  test('A-10: a file that is disabled is still listed, and fires nothing', async () => {
    write({ 'a.json': { ...file('rate(1 minute)', { _taskName: 't' }), disabled: true } })
    const rota = await restart()
    await clock.advance(10 * MINUTE)
    expect(await rota.schedules.get('fn_a')).toMatchObject({ paused: true, fired: 0 })
  })

  test('A-11: a file that does not say disabled is enabled, also when it said so before', async () => {
    write({ 'a.json': { ...file('rate(1 minute)'), disabled: true } })
    await restart()
    write({ 'a.json': file('rate(1 minute)') })
    const rota = await restart()
    await clock.advance(2 * MINUTE)
    expect(await rota.schedules.get('fn_a')).toMatchObject({ paused: false, fired: 2 })
  })

  test('A-12: the job of a tick gets the whole input, equal to what stands in the file', async () => {
    const got: unknown[] = []
    const all = task('t', (input: unknown) => void got.push(input))
    const text = '{ "_taskName" : "t",\n "list": [ 1, 2.50, -0, "é" ],\t"$date": {"__proto__": 1} }'
    write({ 'a.json': `\n{ "schedule": "rate(1 minute)",\n  "input": ${text} }\n` })
    await restart([all])
    await clock.advance(MINUTE)
    expect(got).toEqual([JSON.parse(text)])
  })

  test('A-14: every file fires, and each job runs the task that its file names', async () => {
    const ran: string[] = []
    const tasks = ['one', 'two'].map((name) => task(name, () => void ran.push(name)))
    write({
      'a.json': file('rate(1 minute)', { _taskName: 'one' }),
      'b.json': file('rate(1 minute)', { _taskName: 'two' }),
    })
    await restart(tasks)
    await clock.advance(MINUTE)
    expect(ran.sort()).toEqual(['one', 'two'])
  })

  test('A-15: nothing is written and no job runs when any file is wrong; the error names each file and field', async () => {
    const ran: unknown[] = []
    const t = task('t', (input: unknown) => void ran.push(input))
    const rota = makeRota([t])
    await rota.enqueue(t, 'waiting')
    write({
      'a.json': file('rate(1 minute)', { _taskName: 5 }),
      'b.json': '{}',
      'c.json': 'null',
      'd.json': '{"schedule":',
      'e.json': file('rate(1 minute)', { _taskName: 't' }),
    })
    const parts = [
      'a\\.json: input\\._taskName: ',
      'b\\.json: schedule: ',
      'c\\.json: expected',
      'd\\.json: expected JSON',
    ]
    const message = new RegExp(`^tasks directory .*${parts.join('.*; ')}`)
    const starts = [() => rota.start(), () => rota.startScheduler(), () => rota.run({ signals: [] })]
    for (const start of starts) {
      const refusal = { code: 'TASK_FILES_INVALID', message: expect.stringMatching(message) as unknown }
      await expect(start()).rejects.toMatchObject(refusal)
    }
    await clock.advance(MINUTE)
    expect(ran).toEqual([])
    expect(await names(rota)).toEqual([])
  })

  test('A-15: an input without _taskName, and no input at all, go to the catch-all as they are', async () => {
    const got: unknown[] = []
    write({
      'a.json': file('rate(1 minute)', {}),
      'b.json': file('rate(1 minute)'),
      'c.json': file('rate(1 minute)', { n: 1 }),
    })
    await restart([task(CATCH_ALL, (input: unknown) => void got.push(input))])
    await clock.advance(MINUTE)
    expect(got.map((input) => JSON.stringify(input)).sort()).toEqual(['null', '{"n":1}', '{}'])
  })

  test('A-16: the schedule of a file that is gone is removed; others are left alone', async () => {
    write({ 'a.json': file('rate(1 day)'), 'b.json': file('rate(1 day)') })
    const before = await restart()
    await before.schedule('fn_by_hand', 'every 1h', task('t'))
    rmSync(join(folder, 'b.json'))
    expect(await names(await restart())).toEqual(['fn_a', 'fn_by_hand'])
    rmSync(join(folder, 'a.json'))
    expect(await names(await restart())).toEqual(['fn_by_hand'])
  })

  test('a directory that is not there removes nothing', async () => {
    write({ 'a.json': file('rate(1 day)') })
    const rota = await restart()
    const other = makeRota([], { tasksDir: join(folder, 'tasks') })
    await expect(other.start()).rejects.toMatchObject({ code: 'TASK_FILES_INVALID' })
    expect(await names(rota)).toEqual(['fn_a'])
  })

  test('loading twice changes nothing, and a rate keeps its phase', async () => {
    write({ 'a.json': file('rate(1 day)', { n: 1 }), 'b.json': { ...file('cron(30 0 * * ? *)'), disabled: true } })
    const before = await (await restart()).schedules.list()
    await clock.advance(60 * MINUTE)
    const after = await (await restart()).schedules.list()
    expect(after).toEqual(before)
    expect(after).toHaveLength(2)
    expect(after[0]?.nextTickAt).toEqual(new Date('2025-01-02T00:00:00Z'))
  })

  test('programs that start side by side make one set, each schedule once', async () => {
    write({ 'a.json': file('rate(1 minute)', { n: 1 }), 'b.json': { ...file('rate(1 day)'), disabled: true } })
    const rotas = [makeRota(), makeRota(), makeRota()]
    await Promise.all(rotas.map((rota) => rota.startScheduler()))
    await clock.advance(5 * MINUTE)
    const [a, b] = await rotas[0]!.schedules.list()
    expect(a).toMatchObject({ name: 'fn_a', revision: 1, fired: 5 })
    expect(b).toMatchObject({ name: 'fn_b', revision: 1, fired: 0, paused: true })
  })

  test('an edited file edits its schedule', async () => {
    write({ 'a.json': file('rate(1 day)', { n: 1 }) })
    await restart()
    write({ 'a.json': file('rate(2 days)', { n: 2 }) })
    expect(await (await restart()).schedules.get('fn_a')).toMatchObject({
      expression: 'rate(2 days)',
      payload: { n: 2 },
      revision: 2,
    })
  })

  test('an app has nothing to do with the schedules of another', async () => {
    write({ 'a.json': file('rate(1 day)') })
    await restart()
    const other = makeRota([], { app: 'other' })
    await other.start()
    expect(await names(other)).toEqual(['fn_a', 'other_a'])
  })

  test('the jobs of a task that the program knows go to its queue, others to the default', async () => {
    write({
      'a.json': file('rate(1 day)', { _taskName: 'known' }),
      'b.json': file('rate(1 day)', { _taskName: 'strange' }),
    })
    const rota = await restart([task('known', { queue: 'slow', priority: 2, run: () => 1 })])
    const [known, strange] = await rota.schedules.list()
    expect(known).toMatchObject({ task: 'known', queue: 'slow', priority: 2 })
    expect(strange).toMatchObject({ task: 'strange', queue: 'default', priority: 3 })
  })

  test('an input that the schema of its task does not take is refused with its file', async () => {
    const input: StandardSchemaV1<{ days: number }> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) =>
          typeof (value as { days?: unknown }).days === 'number'
            ? { value: value as { days: number } }
            : { issues: [{ message: 'expected a number', path: ['days'] }] },
      },
    }
    write({ 'a.json': file('rate(1 day)', { _taskName: 'clean', days: '7' }) })
    const rota = makeRota([task('clean', { input, run: () => 1 })])
    await expect(rota.start()).rejects.toThrow(
      /a\.json: input: the payload of task "clean" is invalid: days: expected a number/,
    )
    expect(await names(rota)).toEqual([])
  })

  test('a program that only enqueues, or only works, reads nothing', async () => {
    write({ 'a.json': '{' })
    const t = task('t', () => 1)
    const rota = makeRota([t])
    await rota.open()
    await rota.startWorker()
    await rota.enqueue(t)
    expect(await names(rota)).toEqual([])
  })

  test('an expression whose years are over is refused with its file, unless its schedule is on record', async () => {
    const newYear = file('cron(0 0 1 1 ? 2026)')
    write({ 'a.json': newYear })
    const rota = await restart()
    expect(await rota.schedules.get('fn_a')).toMatchObject({ nextTickAt: new Date('2026-01-01T00:00:00Z') })
    clock.jump(2 * 365 * DAY)
    expect(await names(await restart())).toEqual(['fn_a'])
    write({ 'b.json': newYear, 'c.json': file('rate(1 day)') })
    const refusal = { code: 'TASK_FILES_INVALID', cause: { code: 'SCHEDULE_INVALID' } }
    const other = makeRota()
    await expect(other.start()).rejects.toMatchObject({
      ...refusal,
      message: expect.stringMatching(/b\.json: schedule: .*would never fire/) as unknown,
    })
    expect(await names(other)).toEqual(['fn_a'])
  })

  test('a name that belongs to a schedule made by hand is refused, and nothing is written', async () => {
    const rota = await restart()
    await rota.schedule('fn_b', 'every 1h', task('t'))
    write({ 'a.json': file('rate(1 day)'), 'b.json': file('rate(1 day)') })
    await expect(makeRota().start()).rejects.toMatchObject({ code: 'SCHEDULE_OWNED' })
    expect(await rota.schedules.get('fn_b')).toMatchObject({ expression: 'every 1h' })
    expect(await names(rota)).toEqual(['fn_b'])
  })

  test('a schedule that was paused by hand goes on when its file is read again', async () => {
    write({ 'a.json': file('rate(1 day)') })
    const rota = await restart()
    expect(await rota.schedules.list({ owner: 'tasks:fn' })).toHaveLength(1)
    await rota.schedules.pause('fn_a')
    expect(await (await restart()).schedules.get('fn_a')).toMatchObject({ paused: false })
  })
})

describe('the options', () => {
  const wrong: readonly (readonly [string, object, RegExp])[] = [
    ['a directory that is no text', { tasksDir: 5 }, /^createRota: tasksDir: expected the path of a directory, got 5$/],
    ['an empty path', { tasksDir: '' }, /tasksDir: expected the path of a directory, got ""$/],
    [
      'an app that no schedule can be called after',
      { tasksDir: 'tasks', app: 'my app' },
      /^createRota: app: schedule name: .*got "my app"$/,
    ],
    ['an app without a directory', { app: 'shop' }, /^createRota: app: expected it beside tasksDir, got it alone$/],
  ]
  test.each(wrong)('%s is refused', (_what, options, message) => {
    expect(() => createRota({ url: 'memory:', ...options })).toThrow(message)
  })

  test('an app that is not given is called as the package of the working directory', async () => {
    write({ 'a.json': file('rate(1 day)') })
    const rota = createRota({ backend: sqlite({ file: join(folder, 'rota.db'), clock }), clock, tasksDir: folder })
    open.push(rota)
    await rota.start()
    expect((await rota.schedules.list()).map(({ name }) => name)).toEqual(['rota_a'])
  })
})
