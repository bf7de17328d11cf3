import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CommandWorld, type Ran } from '../../../test/cli/command-world.js'

const MODULE = 'test/cli/tasker-module.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-run-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** Runs one event through the module. */
function run(event: unknown, ...more: readonly string[]): Promise<Ran> {
  const file = join(folder, 'event.json')
  writeFileSync(file, typeof event === 'string' ? event : JSON.stringify(event))
  return new CommandWorld().run(['run', '--event', file, '--tasks', MODULE, ...more])
}

describe('rota run', () => {
  it('prints what the handler of an event returns, and ends with 0', async () => {
    const event = { _taskName: 'test', foo: 'bar' }
    expect(await run(event)).toEqual({ exitCode: 0, stdout: '{"handled":"bar"}\n', stderr: '' })
    expect(await run(event, '--pretty')).toMatchObject({ exitCode: 0, stdout: '{\n  "handled": "bar"\n}\n' })
    expect(await run({ _taskName: 'quiet' })).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    expect(await run({ warmer: true, concurrency: 1 })).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('reads an event from standard input, and opens no store', async () => {
    const world = new CommandWorld()
    const ran = await world.run(`run --event - --tasks ${MODULE}`, { stdin: '{"_taskName":"test","foo":1}' })
    expect(ran).toEqual({ exitCode: 0, stdout: '{"handled":1}\n', stderr: '' })
    expect(world.openedUrls).toEqual([])
  })

  it('says what it expects where it is given a directory, as other commands are', async () => {
    const ran = await new CommandWorld().run('run --event - --tasks src', { stdin: '{}' })
    const stderr = 'rota: --tasks: expected a module that exports a Tasker, got the directory src\n'
    expect(ran).toEqual({ exitCode: 2, stdout: '', stderr })
  })

  it('takes an event as large as Lambda does from standard input', async () => {
    const event = JSON.stringify({ _taskName: 'quiet', text: 'x'.repeat(5_000_000) })
    const ran = await new CommandWorld().run(`run --event - --tasks ${MODULE}`, { stdin: event })
    expect(ran).toEqual({ exitCode: 0, stdout: '', stderr: '' })
  })

  it('ends with 1 when a handler throws, without secrets and safe for terminals', async () => {
    const { exitCode, stdout, stderr } = await run({ _taskName: 'bad' })
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toBe('rota: TypeError: cannot reach postgres://***@db\\u{1b}[2J\n')
  })

  it('ends with 1 when nobody handles the event', async () => {
    const { exitCode, stdout } = await run({ _taskName: 'unrouted' })
    expect(exitCode).toBe(1)
    const answer = { handled: false, reason: 'unknown-name', type: 'AegisTask', name: 'unrouted' }
    expect(JSON.parse(stdout)).toEqual(answer)
  })

  it('ends with 1 for a malformed event, and with 2 for what is no JSON', async () => {
    const malformed = await run({ _taskName: 5 })
    expect([malformed.exitCode, malformed.stderr]).toEqual([
      1,
      'rota: RotaError: malformed event: _taskName: expected text that is not empty, got number\n',
    ])
    expect((await run('{"_taskName":')).exitCode).toBe(2)
  })

  it('says what is wrong with what it is given', async () => {
    const missing = await new CommandWorld().run(`run --event ${join(folder, 'none.json')} --tasks ${MODULE}`)
    expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('none.json') as string })
    const file = join(folder, 'event.json')
    writeFileSync(file, '{"_taskName":"test"}')
    const lines: readonly (readonly [string, number, RegExp])[] = [
      [
        `run --event ${file} --tasks test/cli/task-module.ts`,
        1,
        /exports no Tasker; export what new Tasker\(\) returns/,
      ],
      [`run --event ${file} --tasks test/cli/two-taskers.ts`, 1, /exports 2 Taskers; export the one to run/],
      [`run --event ${file} --tasks no-such.js`, 1, /cannot load no-such.js: there is no such file/],
      [`run --event ${file}`, 2, /expected --tasks MODULE, or one of tasker.js, .* got none/],
      ['run', 2, /required option '--event <file>' not specified/],
    ]
    for (const [line, code, message] of lines) {
      const { exitCode, stderr } = await new CommandWorld().run(line)
      expect([line, exitCode]).toEqual([line, code])
      expect(stderr).toMatch(message)
    }
    expect(await run({ _taskName: 'huge' })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('what JSON cannot show') as string,
    })
    expect(await run({ _taskName: 'function' })).toMatchObject({
      exitCode: 1,
      stderr: 'rota: the handler has returned what JSON cannot show: TypeError: got a function\n',
    })
  })

  it('ends with the code of a signal that stops the handler', async () => {
    const world = new CommandWorld()
    const running = world.start(`run --event - --tasks ${MODULE}`, { stdin: '{"_taskName":"waits"}' })
    running.interrupt('SIGTERM')
    expect((await running.done).exitCode).toBe(143)
  })
})
