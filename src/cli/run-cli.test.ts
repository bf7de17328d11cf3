import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CommandWorld } from '../../test/cli/command-world.js'
import { commandPaths, COMMANDS } from './command-table.js'
import { Interruption } from './host.js'
import { readVersion } from './version.js'

const everyCommand = commandPaths().map((path) => path.join(' '))

/** The same command by another name shows the examples of its first. */
const EXAMPLES_OF = new Map([['task cron scheduler', 'scheduler']])

describe('help', () => {
  it.each(['', '--help', '-h', 'help'])('of the whole is printed by `rota %s`', async (line) => {
    const { exitCode, stdout, stderr } = await new CommandWorld().run(line)
    expect(exitCode).toBe(0)
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^Usage: rota \[options\] \[command\]/)
    for (const { name, summary } of COMMANDS) expect(stdout).toMatch(new RegExp(`${name} +${summary}`))
    expect(stdout).toContain('Examples:')
  })

  it.each([
    ['task', /purge +remove/],
    ['task', /cron +make, inspect and change schedules/],
    ['queue', /purge +remove/],
    ['task cron', /next +explain/],
  ])('of the group %s lists its commands', async (group, command) => {
    const { exitCode, stdout } = await new CommandWorld().run(group)
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`Usage: rota ${group} [options] [command]`)
    expect(stdout).toMatch(command)
    expect((await new CommandWorld().run(`${group} --help`)).stdout).toBe(stdout)
  })

  it.each(everyCommand)(
    'of `rota %s` has its usage, the global options and examples that begin with it',
    async (line) => {
      const world = new CommandWorld()
      const { exitCode, stdout } = await world.run(`${line} --help`)
      expect(exitCode).toBe(0)
      expect(stdout).toContain(`Usage: rota ${line}`)
      expect(stdout).toContain('--url <url>')
      expect(stdout).toContain('--context <name>')
      expect(stdout).toMatch(new RegExp(`Examples:\\n  # .+\\n  \\$ (.*[|] )?rota ${EXAMPLES_OF.get(line) ?? line}`))
      expect(await world.run(`help ${line}`)).toEqual(await world.run(`${line} --help`))
    },
  )

  it('opens no store', async () => {
    const world = new CommandWorld()
    for (const line of everyCommand) await world.run(`${line} --help`)
    expect(world.openedUrls).toEqual([])
  })
})

it.each(['--version', '-v'])('%s prints the version of the package', async (option) => {
  const { exitCode, stdout } = await new CommandWorld().run(option)
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${readVersion()}\n` })
})

describe('bad usage ends with 2 and one line on stderr', () => {
  it.each([
    ['tsak list', /unknown command 'tsak' \(Did you mean task\?\)/],
    ['task lits', /unknown command 'lits' \(Did you mean list\?\)/],
    ['task list --stat failed', /unknown option '--stat' \(Did you mean --state\?\)/],
    ['task list --state done', /--state <state>: expected one of .*, got "done"/],
    ['task list --limit 0', /--limit <count>: expected a whole number from 1 to 1000, got "0"/],
    ['task list --after x', /give --state too/],
    ['task list --state pending --after nonsense', /--after: /],
    ['task list extra', /too many arguments/],
    ['task view', /missing required argument 'id'/],
    ['task view a b', /too many arguments/],
    ['task add', /missing required argument 'task'/],
    ['task add -- -bad', /^rota: task: task name: expected/],
    ['task add t {a:1}', /payload: expected JSON text/],
    ['task add t --delay soon', /delay must be a duration/],
    ['task add t --at tomorrow', /expected an instant with its zone/],
    ['task add t --delay 1s --at 2026-01-01T00:00:00Z', /expected --delay or --at, got both/],
    ['task add t --priority 9', /from 1 to 5/],
    ['task add t --queue bad/name', /queue name: expected/],
    ['task add t --header x', /expected NAME=VALUE/],
    ['task retry', /missing required argument 'ids'/],
    ['task cancel', /missing required argument 'ids'/],
    ['task delete', /missing required argument 'ids'/],
    ['task delete x', /without a terminal it needs --force/],
    ['task purge', /required option '-s, --state <state>' not specified/],
    ['task purge --state running', /expected one of blocked, pending, completed/],
    ['task purge --state failed', /without a terminal it needs --force/],
    ['task watch a b', /too many arguments/],
    ['task cron lits', /unknown command 'lits' \(Did you mean list\?\)/],
    ['task cron viww x', /unknown command 'viww' \(Did you mean view\?\)/],
    ['task cron add n 0 8 1 1 1 t', /at most 3 arguments, got 7; an expression with blanks or stars stands in quotes/],
    ['task cron next 0 8 1 1 1', /expected one argument, got 5; an expression .* such as '0 8 \* \* \*'/],
    ['scheduler n --tasks test/cli/task-module.ts', /--tasks: expected a directory of \*\.json files, got the file/],
    ['task cron view', /missing required argument 'name'/],
    ['task cron view bad/name', /schedule name: expected/],
    ['task cron delete', /missing required argument 'names'/],
    ['task cron pause', /missing required argument 'names'/],
    ['task cron resume', /missing required argument 'names'/],
    ['task cron run', /missing required argument 'name'/],
    ['task cron history x --limit 1001', /from 1 to 1000/],
    ['task cron scheduler', /missing required argument 'name'/],
    ['queue view', /missing required argument 'name'/],
    ['queue add bad/name', /queue name: expected/],
    ['queue add q --concurrency many', /expected a whole number from 1 to 1000000/],
    ['queue add q --completed-for long', /time must be a duration/],
    ['queue pause', /missing required argument 'names'/],
    ['queue resume', /missing required argument 'names'/],
    ['queue delete q', /without a terminal it needs --force/],
    ['info extra', /too many arguments/],
    ['--url a: --context b info', /--url and --context both name a store/],
  ])('rota %s', async (line, message) => {
    const { exitCode, stdout, stderr } = await new CommandWorld().run(line)
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^rota: [^\n]+\n$/)
    expect(stdout).toBe('')
    expect(exitCode).toBe(2)
  })
})

it.each(['info --url mysql:x', 'task add t --url mysql:x'])(
  'refuses a store that no backend knows: %s',
  async (line) => {
    const { exitCode, stderr } = await new CommandWorld().run(line, { realStore: true })
    expect(stderr).toMatch(
      /^rota: url: expected "sqlite:<file>", "postgres:\/\/<host>\/<database>" or "memory:", got the scheme "mysql"\n$/,
    )
    expect(exitCode).toBe(2)
  },
)

it.each([
  ['info --url postgres://ann:hunter2@db:port/shop', /^rota: url: expected "postgres:.*got what is no such URL\n$/],
  ['info --url postgres://db/shop?schema=', /^rota: postgres: schema: expected a name of 1 to 63 bytes, got ""\n$/],
])('takes a URL that cannot be meant for bad usage: %s', async (line, message) => {
  const { exitCode, stderr } = await new CommandWorld().run(line, { realStore: true })
  expect(stderr).toMatch(message)
  expect(exitCode).toBe(2)
})

describe('the store', () => {
  async function opened(line: string, env: Record<string, string> = {}): Promise<readonly string[]> {
    const world = new CommandWorld()
    await world.run(`task add t ${line}`, { env })
    return world.openedUrls
  }

  it('is the one of --url, wherever it stands on the line', async () => {
    expect(await opened('--url memory:a', { ROTA_URL: 'memory:b' })).toEqual(['memory:a'])
    const world = new CommandWorld()
    await world.run('-u memory:c task add t')
    expect(world.openedUrls).toEqual(['memory:c'])
  })

  it('is the one of ROTA_URL without an option, and rota.db without both', async () => {
    expect(await opened('', { ROTA_URL: 'memory:b' })).toEqual(['memory:b'])
    expect(await opened('')).toEqual(['sqlite:rota.db'])
  })

  it('is the one of a context, by option or environment', async () => {
    const home = await mkdtemp(join(tmpdir(), 'rota-home-'))
    await mkdir(join(home, '.config', 'rota'), { recursive: true })
    const contexts = { dev: { url: 'memory:dev' }, prod: { url: 'memory:prod' } }
    await writeFile(join(home, '.config', 'rota', 'contexts.json'), JSON.stringify({ contexts }), { mode: 0o600 })
    expect(await opened('--context dev', { HOME: home, ROTA_URL: 'memory:b' })).toEqual(['memory:dev'])
    expect(await opened('', { HOME: home, ROTA_CONTEXT: 'prod' })).toEqual(['memory:prod'])
    expect(await opened('', { HOME: home, ROTA_CONTEXT: 'prod', ROTA_URL: 'memory:b' })).toEqual(['memory:b'])
    const unknown = await new CommandWorld().run('info --context prd', { env: { HOME: home } })
    expect(unknown.exitCode).toBe(2)
    expect(unknown.stderr).toContain('it names: dev, prod')
    await rm(home, { recursive: true })
  })

  it.each([
    'info',
    'task list',
    'task view x',
    'task retry x',
    'task purge --state failed -f',
    'queue list',
    'queue pause q',
    'task cron list',
    'task cron view x',
    'task cron delete x -f',
    'task cron pause x',
    'task cron resume x',
    'task cron run x',
    'task cron history x',
  ])('is not made by `rota %s` when its file does not exist', async (line) => {
    const world = new CommandWorld()
    const { exitCode, stderr } = await world.run(`${line} --url sqlite:no-such-folder/rota.db`)
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/there is no store at sqlite:no-such-folder\/rota\.db yet/)
    expect(world.openedUrls).toEqual([])
  })
})

describe('failures', () => {
  it('name no secret of a URL', async () => {
    const world = new CommandWorld()
    world.failOpening(new Error('cannot connect to postgres://ann:hunter2@db/app?password=hunter2'))
    const { exitCode, stderr } = await world.run('info')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('postgres://***@db/app?password=***')
    expect(stderr).not.toContain('hunter2')
  })

  it('are one line without a stack, and show the stacks of all causes with ROTA_DEBUG=1', async () => {
    const world = new CommandWorld()
    world.failOpening(new Error('outer', { cause: new Error('inner') }))
    const quiet = await world.run('info')
    expect(quiet.stderr).toBe('rota: unexpected Error: outer (ROTA_DEBUG=1 shows where)\n')
    const loud = await world.run('info', { env: { ROTA_DEBUG: '1', ROTA_URL: 'memory:' } })
    expect(loud.stderr).toMatch(/^ {2}Error: outer\n +at /m)
    expect(loud.stderr).toMatch(/^ {2}Error: inner\n +at /m)
  })

  it('by a signal end with 128 and its number, and without words', async () => {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const world = new CommandWorld()
      world.failOpening(new Interruption(signal))
      expect(await world.run('info')).toEqual({ exitCode: code, stdout: '', stderr: '' })
    }
  })
})
