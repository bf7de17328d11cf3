import { EventEmitter } from 'node:events'
import { beforeEach, expect, test } from 'vitest'
import { FakeClock } from '../time/fake-clock.js'
import type { SignalHost } from '../lifecycle/process-signals.js'
import { type Runnable, runUntilSignal } from './run-until-signal.js'
import type { StopOptions, StopSummary } from './services.js'

const SUMMARY: StopSummary = { drained: 1, released: 2, abandoned: 0 }

class Host extends EventEmitter implements SignalHost {
  readonly exits: number[] = []
  exit(code: number): void {
    this.exits.push(code)
  }
}

class Program implements Runnable {
  readonly calls: (string | StopOptions)[] = []
  failure: Error | null = null
  finishStop: () => void = () => undefined
  #stopped: Promise<void> = Promise.resolve()

  holdStop(): void {
    this.#stopped = new Promise((resolve) => {
      this.finishStop = resolve
    })
  }
  async start(): Promise<void> {
    this.calls.push('start')
    if (this.failure !== null) throw this.failure
  }
  async stop(options: StopOptions): Promise<StopSummary> {
    this.calls.push(options)
    await this.#stopped
    return SUMMARY
  }
}

let host: Host
let program: Program
let clock: FakeClock

beforeEach(() => {
  host = new Host()
  program = new Program()
  clock = new FakeClock()
})

function listeners(): number {
  return host.eventNames().reduce((sum, name) => sum + host.listenerCount(name), 0)
}

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends the run with a drain', async (signal) => {
  const ran = runUntilSignal(program, { grace: '3 seconds' }, host, clock)
  host.emit(signal, signal)
  expect(await ran).toEqual({ reason: signal, ...SUMMARY })
  expect(program.calls).toEqual(['start', { grace: '3 seconds' }])
  expect(host.exits).toEqual([])
  expect(listeners()).toBe(0)
})

test.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('a second signal, %s, ends the process with %i', async (signal, code) => {
  program.holdStop()
  const ran = runUntilSignal(program, {}, host, clock)
  host.emit('SIGTERM', 'SIGTERM')
  host.emit(signal, signal)
  await clock.advance(499)
  host.emit(signal, signal)
  expect(host.exits).toEqual([]) // npm and timeout pass on what the terminal has sent already
  await clock.advance(1)
  host.emit(signal, signal)
  expect(host.exits).toEqual([code])
  program.finishStop()
  await ran
})

test('the signal of the program ends it too, also one that was aborted before', async () => {
  const stop = new AbortController()
  const ran = runUntilSignal(program, { signal: stop.signal, signals: ['SIGHUP'] }, host, clock)
  expect(host.eventNames()).toEqual(['SIGHUP'])
  stop.abort()
  expect(await ran).toEqual({ reason: 'aborted', ...SUMMARY })
  expect(await runUntilSignal(program, { signal: stop.signal }, host, clock)).toMatchObject({ reason: 'aborted' })
  expect(listeners()).toBe(0)
})

test('a start that fails is told, and nobody listens any more', async () => {
  program.failure = new Error('no store')
  await expect(runUntilSignal(program, {}, host, clock)).rejects.toThrow('no store')
  expect(listeners()).toBe(0)
})

test('a signal while the store is being opened is heard', async () => {
  program.start = async () => new Promise(() => undefined)
  const ran = runUntilSignal(program, {}, host, clock)
  host.emit('SIGTERM', 'SIGTERM')
  expect(await ran).toMatchObject({ reason: 'SIGTERM' })
})

test('a grace that makes no sense is refused before anything is started', async () => {
  const ran = runUntilSignal(program, { grace: 'soon' }, host, clock)
  await expect(ran).rejects.toThrow(/^run: grace must be a duration/)
  expect(program.calls).toEqual([])
  expect(listeners()).toBe(0)
})

test('a signal that cannot be heard leaves nobody listening', async () => {
  host.on('newListener', (name) => {
    if (name === 'SIGKILL') throw new Error('uv_signal_start EINVAL')
  })
  const ran = runUntilSignal(program, { signals: ['SIGTERM', 'SIGKILL'] }, host, clock)
  await expect(ran).rejects.toThrow('EINVAL')
  host.removeAllListeners('newListener')
  expect(listeners()).toBe(0)
})

test('a signal that the operating system does not have is refused before anything starts', async () => {
  const ran = runUntilSignal(program, { signals: ['SIGTREM' as NodeJS.Signals] }, host, clock)
  await expect(ran).rejects.toThrow('run: signals: expected names such as SIGTERM, got "SIGTREM"')
  expect([program.calls, listeners()]).toEqual([[], 0])
})
