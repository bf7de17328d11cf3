import { describe, expect, it } from 'vitest'
import { FakeClock } from '../time/fake-clock.js'
import { createIsolatedRunner } from './create-isolated-runner.js'

const MIB = 1024 * 1024

describe('options that make no sense', () => {
  it.each([
    [{ file: 'a.mjs' }, 'task "orders:process": file: expected an absolute path, got "a.mjs"'],
    [{ handler: 'default' }, 'handler: expected "<module>.<export>" such as "index.default", got "default"'],
    [{ warm: 11 }, 'warm: expected a whole number from 0 to 10, got 11'],
    [{ memoryBytes: 1000 }, 'memoryBytes: expected a whole number of at least 33554432, got 1000'],
    [{ timeoutMs: 0.5 }, 'timeoutMs: expected a whole number of at least 1, got 0.5'],
    [{ kind: 'fiber' as 'thread' }, 'kind: expected "process" or "thread", got "fiber"'],
  ])('%j', (options, message) => {
    const good = { what: 'task "orders:process"', file: '/app/a.mjs', memoryBytes: 128 * MIB, timeoutMs: 10_000 }
    expect(() => createIsolatedRunner({ ...good, clock: new FakeClock(), ...options })).toThrow(message)
  })
})
