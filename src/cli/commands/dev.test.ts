import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CommandWorld, type Running } from '../../../test/cli/command-world.js'
import { systemClock } from '../../time/system-clock.js'

let folder: string
let running: Running | null = null

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-dev-'))
  write('rota.json', config({ hello: 'hello.ts' }))
  write('hello.ts', 'export default (to: string) => console.log(to)')
})

afterEach(async () => {
  running?.interrupt()
  await running?.done
  running = null
  rmSync(folder, { recursive: true })
})

function config(tasks: Readonly<Record<string, string>>, app = 'shop'): string {
  const entries = Object.entries(tasks).map(
    ([key, file]) => [key, { consumer: { code: { file: `./${file}` }, isolation: 'none' } }] as const,
  )
  return JSON.stringify({ app, stacks: { orders: { tasks: Object.fromEntries(entries) } } })
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, `${name}.draft`), text)
  renameSync(join(folder, `${name}.draft`), join(folder, name))
}

function dev(options: readonly string[] = [], terminal?: number): Running {
  const size = terminal === undefined ? {} : { terminal }
  const world = new CommandWorld(systemClock)
  running = world.start(['dev', folder, ...options], { env: {}, realStore: true, ...size })
  return running
}

describe('rota dev', () => {
  test('logs where there is no terminal, and ends with 0 after Ctrl-C', async () => {
    const run = dev()
    await run.printed(`dev: running shop url=sqlite:${join(folder, '.rota', 'shop.db')} stacks=1 tasks=1`)
    write('hello.ts', 'export default (')
    await run.printed('task "orders:hello" cannot be bundled: hello.ts:1:17: ')
    await run.printed('dev: its last bundle runs on')
    write('hello.ts', 'export default () => 2')
    await run.printed('dev: rebuilt')
    write('rota.json', config({ hello: 'hello.ts', more: 'more.ts' }))
    await run.printed('dev: rota.json: 1 mistake\n')
    await run.printed('dev: rota.json:1:')
    await run.printed('dev: what ran before runs on')
    write('rota.json', config({ again: 'hello.ts' }))
    await run.printed('dev: the config has changed')
    run.interrupt()
    const { exitCode, stdout, stderr } = await run.done
    expect(stdout).toContain('stopping reason="interrupted by SIGINT"')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  })

  test('logs as JSON for programs, and uses the store that it is given', async () => {
    const run = dev(['--json', '--url', 'memory:'], 200)
    await run.printed('"message":"dev: running shop"')
    run.interrupt()
    const lines = (await run.done).stdout.trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).not.toContain('error')
    expect(lines.some((line) => line.includes('"url":"memory:"'))).toBe(true)
  })

  test('draws one screen on a terminal, and gives the terminal back with what is still wrong', async () => {
    const run = dev([], 120)
    await run.printed('1 stack, 1 task, 0 crons')
    write('hello.ts', 'export default (')
    await run.printed('Problems')
    run.interrupt()
    const { exitCode, stdout, stderr } = await run.done
    expect(exitCode).toBe(0)
    expect(stdout.startsWith('\u001b[?1049h')).toBe(true)
    expect(stdout.endsWith('\u001b[?1049l')).toBe(true)
    expect(stderr).toContain('task "orders:hello" cannot be bundled')
  })

  test('says what to do where there is no config', async () => {
    rmSync(join(folder, 'rota.json'))
    const { exitCode, stderr } = await dev().done
    expect(exitCode).toBe(1)
    expect(stderr).toContain('`rota init` makes a first one')
  })
})
