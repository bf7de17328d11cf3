import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { clockReads } from './clock-rule.mjs'

/** @param {string} text */
const reads = (text) =>
  clockReads(ts.createSourceFile('src/worker/a.ts', text, ts.ScriptTarget.Latest, true)).map(({ got }) => got)

describe('the clock rule', () => {
  it.each([
    ['Date.now()', 'Date.now'],
    ["Date['now']()", 'Date.now'],
    ['const at = new Date()', 'new Date()'],
    ['const at = new Date', 'new Date()'],
    ['const text = Date()', 'Date()'],
    ['const { now } = Date', 'Date as a value'],
    ['const clock = { Date }', 'Date as a value'],
    ['start(Date)', 'Date as a value'],
    ['Temporal.Now.instant()', 'Temporal.Now'],
    ['performance.now()', 'performance'],
    ['const { now } = performance', 'performance'],
    ['process.hrtime.bigint()', 'process.hrtime'],
    ['process.uptime()', 'process.uptime'],
    ['setTimeout(f, 1)', 'setTimeout'],
    ['setInterval(f, 1)', 'setInterval'],
    ['setImmediate(f)', 'setImmediate'],
    ['queueMicrotask(f)', 'queueMicrotask'],
    ['process.nextTick(f)', 'process.nextTick'],
    ['const timers = { setTimeout }', 'setTimeout'],
    ['const later = setTimeout', 'setTimeout'],
    ['globalThis.setTimeout(f, 1)', 'globalThis.setTimeout'],
    ["global['setTimeout'](f, 1)", 'global.setTimeout'],
    ['globalThis.Date.now()', 'Date.now'],
    ['new globalThis.Date()', 'new Date()'],
    ['const { setTimeout: later } = globalThis', 'globalThis as a value'],
    ["const key = 'setTimeout'\nglobalThis[key](f, 1)", 'globalThis as a value'],
    ["let key = Symbol.for('x')\nkey = 'Date'\nglobalThis[key].now()", 'globalThis as a value'],
    ["const KEY = Symbol.for('x')\nhand(globalThis, KEY)", 'globalThis as a value'],
    ['AbortSignal.timeout(1)', 'AbortSignal.timeout'],
    ['Math.random()', 'Math.random'],
    ['const { random } = Math', 'Math as a value'],
    ['crypto.randomUUID()', 'crypto.randomUUID'],
    ['crypto.getRandomValues(bytes)', 'crypto.getRandomValues'],
    ["import { setTimeout } from 'node:timers/promises'", 'import of "node:timers/promises"'],
    ["import * as timers from 'timers'", 'import of "timers"'],
    ["import 'node:perf_hooks'", 'import of "node:perf_hooks"'],
    ["export { setTimeout } from 'node:timers'", 'import of "node:timers"'],
    ["await import('node:timers/promises')", "import('node:timers/promises')"],
    ["import { createHash, randomBytes } from 'node:crypto'", 'import of randomBytes from "node:crypto"'],
    ["import { randomUUID as id } from 'crypto'", 'import of randomUUID from "crypto"'],
    ["import { hrtime } from 'node:process'", 'import of hrtime from "node:process"'],
    ["import { uuidv7 } from 'uuidv7'", 'import of uuidv7 from "uuidv7"'],
    ["import * as nodeCrypto from 'node:crypto'\nnodeCrypto.randomInt(3)", 'nodeCrypto.randomInt'],
    ["import crypto from 'node:crypto'\ncrypto.randomBytes(3)", 'crypto.randomBytes'],
  ])('refuses %s', (text, got) => {
    expect(reads(text)).toEqual([got])
  })

  it.each([
    'const at = new Date(clock.now())',
    'const at = Date.UTC(2026, 0, 1) + Date.parse(text)',
    'const isDate = value instanceof Date',
    'export function f(at: Date): Date[] { return [at] }',
    'clock.setTimeout(f, 1)',
    'export interface Timers { setTimeout(f: () => void, ms: number): void; now(): number }',
    'export class Timers { setTimeout() {} performance = 1 }',
    'const timers = { setTimeout: clock.later, random: 1 }',
    'type Timer = ReturnType<typeof setTimeout>',
    'function wait(setTimeout) { setTimeout(f, 1) }',
    "import { createHash } from 'node:crypto'",
    "import crypto from 'node:crypto'\ncrypto.createHash('sha256')",
    "import type { Scheduler } from 'node:timers/promises'",
    "import { V7Generator } from 'uuidv7'",
    'Math.max(1, 2)',
    "process.on('SIGTERM', stop)",
    'withSignals(process)',
    'AbortSignal.any([a, b])',
    "const KEY: unique symbol = Symbol.for('x')\nconst api = (globalThis as Registry)[KEY]",
    'const KEY = Symbol()\nglobalThis[KEY]',
    "if (typeof performance === 'number') stop()".replace('performance', 'value'),
  ])('allows %s', (text) => {
    expect(reads(text)).toEqual([])
  })

  it('says on which line', () => {
    const source = ts.createSourceFile('a.ts', '\n\nDate.now()\n', ts.ScriptTarget.Latest, true)
    expect(clockReads(source)).toEqual([{ line: 3, got: 'Date.now' }])
  })

  it('is not fooled by a function type that names a parameter like a global', () => {
    expect(reads('type F = (setTimeout: number) => void\nsetTimeout(f, 1)')).toEqual(['setTimeout'])
  })
})
