import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { FakeClock } from '../../src/time/fake-clock.js'
import type { IsolatedRunner } from '../../src/isolation/create-isolated-runner.js'
import type { IsolatedRunnerOptions } from '../../src/isolation/runner-options.js'
import { HANDLERS, builtRunner } from './built.js'
import { fakeContext } from './fake-child.js'

const MIB = 1024 * 1024

let create: (options: IsolatedRunnerOptions) => IsolatedRunner
let folder: string
const runners: IsolatedRunner[] = []

beforeAll(async () => {
  create = (await builtRunner()).createIsolatedRunner
  folder = await mkdtemp(`${tmpdir()}/rota-isolation-`)
})
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.close()
})
afterAll(() => rm(folder, { recursive: true }))

function make(handler: string, more: Partial<IsolatedRunnerOptions> = {}): IsolatedRunner {
  const runner = create({
    what: 'task "t"',
    file: HANDLERS,
    handler: `index.${handler}`,
    memoryBytes: 96 * MIB,
    ...more,
  })
  runners.push(runner)
  return runner
}

const payload = {
  date: new Date(5),
  big: 1n,
  map: new Map([[1, new Set(['a'])]]),
  bytes: new Uint8Array([1, 2]),
  buffer: Buffer.from('hi'),
  falsy: [0, false, '', null],
}

/** What a thread does as a process does. */
describe.each(['process', 'thread'] as const)('a child %s', (kind) => {
  it('gives payloads and results the types that they had', async () => {
    const runner = make('types', { kind })
    expect(await runner.run(payload, fakeContext())).toEqual({ payload, isMap: true, isDate: true, text: 'hi' })
  })

  it('tells what is printed, logged and reported, and nothing of the next attempt', async () => {
    const runner = make('tells', { kind })
    const [first, second] = [fakeContext(), fakeContext()]
    expect(await runner.run(1, first)).toBeUndefined()
    await runner.run(1, second)
    const lines = ['error complained', 'info no end', 'info printed', 'info said']
    expect([...first.lines].sort()).toEqual(lines)
    expect([...second.lines].sort()).toEqual(lines)
    expect(first.told).toEqual([{ done: 3, of: 10n }])
  })

  it('ends with a loop that never ends, its lines told', async () => {
    const clock = new FakeClock()
    const runner = make('faults.loop', { kind, clock, timeoutMs: 60_000, graceMs: 500, loadTimeoutMs: 3_600_000 })
    const context = fakeContext()
    const outcome = runner.run(1, context).catch((error: unknown) => error)
    while (context.lines.length === 0) {
      await clock.advance(25) // output is told with each look
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(context.lines).toEqual(['info about to loop'])
    await clock.advance(60_500)
    expect(await outcome).toMatchObject({ code: 'TIMEOUT' })
    expect(runner.figures).toEqual({ children: 0, running: 0 })
    await runner.close()
    expect(clock.timers).toEqual([])
  })

  it('does not take what its handler posts for news about the attempt', async () => {
    const runner = make('posts', { kind })
    expect(await runner.run(1, fakeContext())).toBe('kept')
    expect(runner.figures).toEqual({ children: 1, running: 0 })
  })

  it('outlives a time-out that its handler heeds', async () => {
    const runner = make('faults.heed', { kind, timeoutMs: 50, graceMs: 60_000 })
    await expect(runner.run(1, fakeContext())).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(runner.figures).toEqual({ children: 1, running: 0 })
  })

  it.each([
    ['exit', { code: 'HANDLER_EXITED', facts: { exitCode: 3, signal: null } }],
    ['later', { name: 'RangeError', message: 'behind the back' }],
    ['rejection', { name: 'RangeError', message: 'nobody waits' }],
  ])('is replaced after "%s"', async (fault, error) => {
    const runner = make(`faults.${fault}`, { kind })
    await expect(runner.run(1, fakeContext())).rejects.toMatchObject(error)
    expect(runner.figures).toEqual({ children: 0, running: 0 })
  })

  it('is kept after errors, which arrive with name, message, code and cause', async () => {
    const failing = make('faults.error', { kind })
    const error: unknown = await failing.run(1, fakeContext()).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      name: 'CardError',
      message: 'declined',
      code: 'E_CARD',
      cause: { name: 'TypeError' },
    })
    expect((error as Error).stack).toContain('handlers.mjs')
    const text: unknown = await make('faults.text', { kind })
      .run(1, fakeContext())
      .catch((thrown: unknown) => thrown)
    expect(text).toMatchObject({ message: 'just text' })
    expect((text as Error).stack).toBeUndefined()
    expect(failing.figures).toEqual({ children: 1, running: 0 })
  })

  it('says when its heap is full', { timeout: 120_000 }, async () => {
    const runner = make('faults.heap', { kind, memoryBytes: 32 * MIB })
    await expect(runner.run(1, fakeContext())).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' })
  })
})

describe('a child process', () => {
  it.runIf(process.platform === 'linux')('counts buffers, also while its event loop stands still', async () => {
    const runner = make('faults.buffers')
    await expect(runner.run(1, fakeContext())).rejects.toMatchObject({
      code: 'OUT_OF_MEMORY',
      facts: { limitBytes: 96 * MIB, measuredBytes: expect.any(Number) as number },
    })
  })

  it('D-24: attempts at one time know themselves alone, and each finds environment and folder as the first did', async () => {
    const environment = { MODE: 'live', PATH: '/nowhere' }
    const runner = make('surroundings', { environment, childrenMax: 2, folder: process.cwd() })
    const run = (id: string) => runner.run({ set: id, folder }, fakeContext(id)) as Promise<Record<string, unknown>>
    const seen = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(run))
    expect(seen.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(new Set(seen.map(({ pid }) => pid)).size).toBeLessThanOrEqual(2)
    expect(Math.max(...seen.map(({ calls }) => calls as number))).toBeGreaterThan(1)
    for (const { found, where, send } of seen) {
      expect(found).toMatchObject(environment)
      expect(found).not.toHaveProperty('LEFT')
      expect(where).toBe(process.cwd())
      expect(send).toBe('undefined')
    }
  })

  it('gets no variable of this process that nobody named', async () => {
    process.env['ROTA_TEST_SECRET'] = 'secret'
    process.env['ROTA_TEST_NAMED'] = 'named'
    const runner = make('surroundings', { inherit: ['ROTA_TEST_NAMED'], environment: { MODE: 'live' } })
    const { found } = (await runner.run({ set: 'x', folder }, fakeContext())) as { found: object }
    expect(found).toMatchObject({ ROTA_TEST_NAMED: 'named', MODE: 'live', PATH: process.env['PATH'] })
    expect(found).not.toHaveProperty('ROTA_TEST_SECRET')
  })

  it.each([
    ['again', { kind: 'again', given: { params: { page: 2n }, after: '5 minutes' } }],
    ['snooze', { kind: 'snooze', given: '1 hour' }],
    ['cancel', { kind: 'cancel', given: 'not needed' }],
  ])('asks for "%s" as a handler beside its worker does', async (end, outcome) => {
    expect(await make(`ends.${end}`).run(1, fakeContext())).toEqual(outcome)
  })

  it('refuses what cannot cross its border', async () => {
    await expect(make('ends.complete').run(1, fakeContext())).rejects.toThrow('a transaction cannot leave its process')
    const kept = await make('ends.function').run(1, fakeContext())
    expect(() => JSON.stringify(kept)).toThrow('result cannot be stored: call is a function')
    await expect(make('default').run(() => 1, fakeContext())).rejects.toThrow('could not be cloned')
  })

  it.each([
    ['index.missing', `expected a function exported as "missing", got default, ends, faults`],
    ['index.ends', 'expected a function exported as "ends"'],
  ])('says what is wrong with the handler %s', async (handler, message) => {
    const runner = make('default', { handler })
    await expect(runner.run(1, fakeContext())).rejects.toThrow(message)
    await expect(runner.run(1, fakeContext())).rejects.toMatchObject({ code: 'HANDLER_INVALID' })
  })

  it('takes along what its handler has started', async () => {
    const context = fakeContext()
    const running = make('faults.orphan', { graceMs: 50 }).run(1, context)
    while (context.lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const pid = Number(context.lines[0]?.split('pid ')[1])
    expect(process.kill(pid, 0)).toBe(true)
    context.controller.abort(new Error('enough'))
    await expect(running).rejects.toThrow('enough')
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5))
  })

  it.runIf(process.platform !== 'win32')('that loops for ever ends with the program that started it', async () => {
    const program = spawn(process.execPath, [join(import.meta.dirname, 'program.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [told] = (await once(program.stdout, 'data')) as [Buffer]
    const pid = Number(told.toString())
    expect(isAlive(pid)).toBe(true)
    program.kill('SIGKILL')
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5))
  })
})

/** One that has ended may wait for ever for a parent that asks how: not every container has one. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
