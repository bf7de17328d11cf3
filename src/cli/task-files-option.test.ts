import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CommandWorld, type Ran, type Running } from '../../test/cli/command-world.js'

const MODULE = 'test/cli/task-module.ts'

let world: CommandWorld
let folder: string

beforeEach(() => {
  world = new CommandWorld()
  folder = mkdtempSync(join(tmpdir(), 'rota-cli-tasks-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function write(name: string, file: object): void {
  writeFileSync(join(folder, name), JSON.stringify(file))
}

async function started(line: string): Promise<Running> {
  const running = world.start(line)
  await running.printed('Starting leader election')
  return running
}

async function stopped(running: Running): Promise<Ran> {
  running.interrupt('SIGTERM')
  await world.clock.advance(60_000)
  return running.done
}

describe('--tasks', () => {
  it('makes a schedule of each file before the scheduler starts, and removes it with its file', async () => {
    write('Poll.json', { schedule: 'rate(1 minute)', input: { _taskName: 'math:double', n: 4 } })
    write('off.json', { schedule: 'rate(1 minute)', disabled: true })
    const first = await started(`scheduler one --tasks ${folder} --app shop`)
    await world.clock.advance(60_000)
    const { stdout, exitCode } = await stopped(first)
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/INFO\[\S+\] read 2 task files .*created=shop_poll,shop_off/)
    expect(stdout).toMatch(/shop_off.*\n.*shop_poll/)
    expect(await world.json('task list --state pending')).toMatchObject([
      { task: 'math:double', payload: { _taskName: 'math:double', n: 4 } },
    ])
    rmSync(join(folder, 'Poll.json'))
    const second = await stopped(await started(`scheduler one --tasks ${folder} --app shop`))
    expect(second.stdout).toMatch(/read 1 task file .*removed=shop_poll/)
    expect(await world.backend.schedules.list({ after: null, limit: 10 })).toMatchObject([
      { name: 'shop_off', paused: true },
    ])
  })

  it('names twenty schedules of those that a start has made, and counts the others', async () => {
    for (let index = 10; index < 35; index++) write(`${index}.json`, { schedule: 'rate(1 day)' })
    const { stdout } = await stopped(await started(`scheduler one --tasks ${folder} --app shop`))
    expect(stdout).toMatch(/read 25 task files .* created="shop_10,\S*,shop_29,and 5 more"\n/)
  })

  it('gives jobs the queue of their task where a module exports it', async () => {
    write('a.json', { schedule: 'rate(1 day)', input: { _taskName: 'math:waits' } })
    await stopped(await started(`scheduler one ${MODULE} --tasks ${folder} --app shop`))
    expect(await world.backend.schedules.list({ after: null, limit: 10 })).toMatchObject([
      { name: 'shop_a', definition: { task: 'math:waits', queue: 'slow' } },
    ])
  })

  it('ends with 1 when a file is wrong, names file and field, and writes nothing', async () => {
    write('a.json', { schedule: 'rate(1 day)' })
    write('b.json', { schedule: 'rate(1 day)', input: { _taskName: 5 } })
    const { exitCode, stderr } = await world.run(`scheduler one --tasks ${folder} --app shop`)
    expect(stderr).toMatch(/^rota: tasks directory .*: b\.json: input\._taskName: task name: expected [^\n]+\n$/)
    expect(exitCode).toBe(1)
    expect(await world.backend.schedules.list({ after: null, limit: 10 })).toEqual([])
  })

  it.each([
    ['scheduler one --app shop', /^rota: --app: expected --tasks too\n$/],
    ['scheduler one --tasks x --app a/b', /--app <name>: schedule name: expected/],
    ['scheduler one --tasks=', /--tasks: expected the path of a directory/],
  ])('is refused with 2 where it makes no sense: rota %s', async (line, message) => {
    const { exitCode, stderr } = await world.run(line)
    expect(stderr).toMatch(message)
    expect(exitCode).toBe(2)
  })
})
