import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { memoryClient } from '../client/memory-client.js'
import type { Client } from '../../src/client/client.js'
import type { ScheduleOptions } from '../../src/client/schedule-options.js'
import { task } from '../../src/model/task-definition.js'
import type { Backend } from '../../src/port/backend.js'
import { Scheduler } from '../../src/scheduler/scheduler.js'
import { FakeClock } from '../../src/time/fake-clock.js'
import { seededRandom } from '../../src/time/random.js'
import { CodeRunner, COMPILE_MS } from '../readme/code-runner.js'
import { ROOT } from '../readme/readme-code.js'

const MINUTE = 60_000
const manual = readFileSync(join(ROOT, 'docs', 'schedules.md'), 'utf8')
const work = task('work', () => 1)

let clock: FakeClock
let backend: Backend
let client: Client
let scheduler: Scheduler
let runner: CodeRunner
/** The job of each lease that is out, and when each of them began. */
let receipts: Map<string, string>
let running: Map<string, number>

beforeAll(() => {
  runner = new CodeRunner('schedules')
})

afterAll(() => runner.remove())

beforeEach(() => {
  receipts = new Map()
  running = new Map()
  ;({ clock, backend, client } = memoryClient(new FakeClock(Date.parse('2027-01-01T09:55:00Z'))))
  scheduler = new Scheduler({ backend, clock, random: seededRandom(2) })
})

afterEach(() => client.close())

/** The rows of a block of the manual: the option as it is written, and what becomes of each tick. */
function rowsOf(block: string): readonly (readonly [option: string, ticks: readonly string[]])[] {
  const [, table = ''] = new RegExp(`\`\`\`${block}\n(.*?)\`\`\``, 's').exec(manual) ?? []
  const lines = table.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return lines.map((line) => {
    const [option = '', ...ticks] = line.split(/ {2,}/)
    return [option, ticks]
  })
}

async function tickAt(minute: number): Promise<void> {
  await clock.advanceTo(Date.parse('2027-01-01T10:00:00Z') + minute * MINUTE)
  await scheduler.tick()
}

it('has a row for each policy', () => {
  expect([rowsOf('missed').length, rowsOf('overlap').length]).toEqual([4, 4])
})

it.each(rowsOf('missed'))('is right about ticks that came due while nothing ran: %s', async (option, expected) => {
  const json = option.replaceAll("'", '"').replaceAll(/(\w+):/g, '"$1":')
  const missed = JSON.parse(json) as NonNullable<ScheduleOptions['missed']>
  await client.schedule('s', '*/10 * * * *', work, undefined, { missed })
  await tickAt(31)
  const found: string[] = []
  for (const { outcome, reason, lateMs, count } of await client.schedules.history('s')) {
    const word = outcome === 'skipped' ? reason : lateMs > 0 ? 'late' : 'in time'
    found.unshift(...Array.from({ length: count }, () => word ?? 'none'))
  }
  expect(found).toEqual(expected)
})

it.each(rowsOf('overlap'))('is right about ticks while jobs are unfinished: %s', async (option, expected) => {
  const overlap = option as NonNullable<ScheduleOptions['overlap']>
  await client.schedule('s', '*/10 * * * *', work, undefined, { overlap })
  const found: string[] = []
  for (let minute = 0; minute <= 40; minute += 5) {
    await tickAt(minute)
    const [latest] = await client.schedules.history('s', { limit: 1 })
    const [job] = await backend.inspector.get({ ids: [latest?.jobId ?? 'none'] })
    const others = await backend.inspector.get({ ids: [...running.keys()] })
    const isReplacing = others.some((other) => other?.cancelRequested === true)
    const word = latest?.outcome === 'skipped' ? 'skipped' : job?.state === 'blocked' ? 'waits' : 'runs'
    if (minute % 10 === 0) found.push(isReplacing ? 'replaces' : word)
    await work25Minutes()
  }
  expect(found).toEqual(expected)
})

/** Ends what has run for 25 minutes or was called off, and begins what can run. */
async function work25Minutes(): Promise<void> {
  const jobs = await backend.inspector.get({ ids: [...running.keys()] })
  for (const [receipt, id] of receipts) {
    const isOver = clock.now() - (running.get(id) ?? 0) >= 25 * MINUTE
    if (!isOver && jobs.find((job) => job?.id === id)?.cancelRequested !== true) continue
    await backend.jobs.settle({ settlements: [{ kind: 'complete', receipt, result: null, followUps: [] }] })
    receipts.delete(receipt)
    running.delete(id)
  }
  const queues = [{ queue: 'default', limit: 10 }]
  const claim = { workerId: 'w', leaseMs: 3_600_000, queues, tasks: ['work'], limit: 10, suspects: true } as const
  for (const { receipt, job } of (await backend.jobs.claim({ ...claim, from: 'highest' })).leases) {
    receipts.set(receipt, job.id)
    running.set(job.id, clock.now())
  }
}

it('declares a set with a program that compiles and says what it did', { timeout: COMPILE_MS }, async () => {
  const blocks = [...manual.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => code)
  expect(runner.complaints(blocks)).toEqual([])
  const code = blocks.find((block) => block.includes('declare')) ?? ''
  const [, printed] = /console\.log\(created.*\/\/ (.*)$/m.exec(code) ?? []
  expect(await runner.run(code, null)).toEqual({ code: 0, stdout: `${printed}\n`, stderr: '' })
})
