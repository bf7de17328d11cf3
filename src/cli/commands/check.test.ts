import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CommandWorld } from '../../../test/cli/command-world.js'
import { ConfigFolder } from '../../../test/config/config-folder.js'

let folder: ConfigFolder
/** A file of the folder as it is called from where the tests run. */
const called = (file: string): string => relative(process.cwd(), join(folder.path, file))

beforeEach(() => {
  folder = new ConfigFolder()
})
afterEach(() => folder.remove())

const SHOP = {
  url: 'sqlite:shop.db',
  defaults: { function: { architecture: 'x86_64' } },
  stacks: {
    orders: {
      tasks: { processOrder: './x.ts', sendMail: './x.ts' },
      crons: { nightly: { schedule: '@daily', consumer: './x.ts' } },
      queues: { paid: 'processOrder' },
      topics: { orderPaid: ['sendMail'] },
    },
  },
}

describe('rota check', () => {
  it('says what a config that is right holds, and what of it acts on AWS only', async () => {
    folder.write({ 'rota.json': SHOP, 'x.ts': '', 'tasks/a.json': { schedule: 'rate(1 day)' } })
    const world = new CommandWorld()
    expect(await world.run(['check', folder.path])).toEqual({
      exitCode: 0,
      stderr: '',
      stdout:
        `${called('rota.json')}: valid; 1 stack, 2 tasks, 1 cron, 1 queue, 1 topic, 1 task file\n` +
        `acts on AWS only: architecture (${called('rota.json')}:5)\n`,
    })
    expect(world.openedUrls).toEqual([])
  })

  it('says everything that is wrong, a line for each mistake, also in schedules by file', async () => {
    folder.write({
      'rota.json':
        '{\n  "url": "mysql://root:secret@localhost/shop",\n  "stack": {},\n  "tasks": { "theTask": "./gone.ts" }\n}',
      'tasks/a.json': '{\n  "schedule": "rate(1 days)"\n}',
    })
    const { exitCode, stdout, stderr } = await new CommandWorld().run(['check', join(folder.path, 'rota.json')])
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
    const lines = stdout.trimEnd().split('\n')
    expect(lines.map((line) => line.replace(/: (expected|"rate).*/, ''))).toEqual([
      `${called('rota.json')}:2:10: url`,
      `${called('rota.json')}:3:3: stack`,
      `${called('rota.json')}:4:25: tasks.theTask`,
      `${called('tasks/a.json')}:2:3: schedule`,
      `4 mistakes in ${called('rota.json')}, ${called('tasks/a.json')}`,
    ])
    expect(stdout).not.toContain('secret')
  })

  it('tells programs the same', async () => {
    folder.write({ 'rota.json': SHOP, 'x.ts': '' })
    const world = new CommandWorld()
    expect(await world.json(['check', folder.path])).toEqual({
      file: called('rota.json'),
      valid: true,
      problems: [],
      more: 0,
      stacks: [{ key: 'orders', name: 'orders', file: called('rota.json'), tasks: 2, crons: 1, queues: 1, topics: 1 }],
      contracts: null,
      taskFiles: 0,
      awsOnly: [
        { property: 'architecture', file: called('rota.json'), line: 5, path: 'defaults.function.architecture' },
      ],
    })
    folder.write({ 'rota.json': '{ "stacks": 5 }' })
    expect(await world.json(['check', folder.path])).toMatchObject({
      valid: false,
      problems: [{ file: called('rota.json'), line: 1, column: 13, path: 'stacks' }],
    })
  })

  it('lists a hundred mistakes, and counts the rest', async () => {
    folder.write({
      'rota.json': { tasks: Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`task${at}`, at])) },
    })
    const world = new CommandWorld()
    const lines = (await world.run(['check', folder.path])).stdout.trimEnd().split('\n')
    expect(lines.slice(100)).toEqual(['and 20 more', `120 mistakes in ${called('rota.json')}`])
    expect(await world.json(['check', folder.path])).toMatchObject({ more: 20 })
  })

  it('says that there is no config, and what one is called', async () => {
    const { exitCode, stdout, stderr } = await new CommandWorld().run(['check', folder.path])
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toMatch(/^rota: .*expected rota\.json, rota\.jsonc, rota\.config\.ts there, got none of them/)
  })
})
