import { beforeEach, expect, test } from 'vitest'
import { appConfig, functionConfig } from '../../test/stack/app-config.js'
import { FakeClock } from '../time/fake-clock.js'
import { DevLog } from './dev-log.js'
import { DevScreen } from './dev-screen.js'
import { Screen } from './render/screen.js'

const NOON = Date.UTC(2026, 10, 21, 12)
const config = appConfig('/app', { orders: { tasks: { hello: 'hello.ts' } } })
const job = { id: 'job-1', task: 'orders:hello', queue: 'default', fence: 1, attempt: 1 }

let written: string
let clock: FakeClock
let screen: DevScreen
let log: DevLog

beforeEach(() => {
  written = ''
  clock = new FakeClock(NOON)
  const out = { write: (text: string) => (written += text), columns: 60, rows: 20 }
  screen = new DevScreen(new Screen(out, { NO_COLOR: '1' }), clock)
  log = new DevLog(screen)
})

/** What stands on the screen: the last picture, as the terminal shows it. */
function picture(): readonly string[] {
  screen.tick()
  const last = written.split('\u001b[H').at(-1) ?? ''
  return last.replaceAll('\u001b[K', '').replaceAll('\u001b[J', '').split('\r\n')
}

test('shows problems, what runs, what comes next, and what happened, as wide and high as the terminal', () => {
  screen.tell({ type: 'opened', config, url: 'sqlite:shop.db', isFirst: true })
  screen.tell({ type: 'build-failed', task: 'orders:hello', error: new TypeError('hello.ts:3:1: no'), isRunning: true })
  screen.tell({ type: 'worker', event: { type: 'started', job } })
  screen.tell({ type: 'ticks', next: [{ schedule: 'orders:nightly', at: NOON + 90_000 }] })
  log.tell({
    type: 'line',
    line: { task: 'orders:hello', job: 'job-1', level: 'info', message: `hi ${'x'.repeat(60)}` },
  })
  expect(picture()).toEqual([
    'rota dev  shop  1 stack, 1 task, 0 crons, 0 queues, 0 topic…',
    'running 1  completed 0  failed 0  Ctrl-C ends it',
    '',
    'Problems',
    '  hello.ts:3:1: no',
    '',
    'Running',
    '  orders:hello  job-1  since 0 s',
    '',
    'Next',
    '  orders:nightly  in 1 min 30 s, at 12:01:30 UTC',
    '',
    'Activity',
    'INFO[12:00:00] orders:hello: hi xxxxxxxxxxxxxxxxxxxxxxxxxxx…',
  ])
})

test('forgets what is over: a problem that was put right, a job that ended', () => {
  screen.tell({ type: 'config-failed', error: new TypeError('bad'), isRunning: false })
  screen.tell({ type: 'worker', event: { type: 'started', job } })
  expect(picture()).toContain('  bad')
  screen.tell({ type: 'opened', config, url: 'memory:', isFirst: false })
  screen.tell({ type: 'build-failed', task: 'orders:hello', error: new TypeError('no'), isRunning: true })
  screen.tell({ type: 'built', task: 'orders:hello', tookMs: 5, isFirst: false })
  screen.tell({ type: 'worker', event: { type: 'ended', job, outcome: 'complete', tookMs: 5 } })
  screen.tell({ type: 'worker', event: { type: 'failed', job, error: null, failure: 'exhausted' } })
  const shown = picture()
  expect(shown).not.toContain('Problems')
  expect(shown).not.toContain('Running')
  expect(shown[1]).toBe('running 0  completed 1  failed 1  Ctrl-C ends it')
  expect(screen.close()).toEqual([])
})

test('shows the first of many problems, and the last of many lines', () => {
  const mistakes = Array.from({ length: 30 }, (_, at) => `mistake ${String(at)}`)
  screen.tell({ type: 'config-failed', error: new TypeError(mistakes.join('\n')), isRunning: false })
  for (let at = 0; at < 900; at++) log.info({}, `line ${String(at)}`)
  const shown = picture()
  expect(shown.length).toBeLessThanOrEqual(20)
  expect(shown).toContain('  and 25 more')
  expect(shown.at(-1)).toBe('INFO[12:00:00] line 899')
})

test('lets no text that others have written move the cursor', () => {
  log.tell({ type: 'line', line: { task: 't', job: 'j', level: 'error', message: '\u001b[2Jgone\nnext' } })
  expect(picture().at(-1)).toBe('ERROR[12:00:00] t: \\u{1b}[2Jgone\\u{a}next job=j')
})

test('draws at most ten times a second, and nothing when nothing has changed', async () => {
  screen.open()
  const count = () => written.split('\u001b[H').length - 1
  const before = count()
  for (let at = 0; at < 1000; at++) log.info({}, `line ${String(at)}`)
  await clock.advance(100)
  expect(count()).toBe(before + 1)
  await clock.advance(5_000)
  expect(count()).toBe(before + 1)
  screen.tell({ type: 'ticks', next: [{ schedule: 'orders:nightly', at: NOON + 90_000 }] })
  await clock.advance(3_000)
  expect(count()).toBeGreaterThanOrEqual(before + 4) // it comes nearer each second
})

test('goes on showing what is wrong with the functions that hear of failures and errors', () => {
  const onFailure = functionConfig('/app/on-failure.ts')
  screen.tell({
    type: 'build-failed',
    task: 'shop:app:on-failure',
    error: new TypeError('on-failure.ts:1:1: no'),
    isRunning: false,
  })
  screen.tell({ type: 'build-failed', task: 'orders:gone', error: new TypeError('gone.ts:1:1: no'), isRunning: false })
  screen.tell({ type: 'opened', config: { ...config, onFailure }, url: 'sqlite:shop.db', isFirst: true })
  expect(picture()).toContain('  on-failure.ts:1:1: no')
  expect(picture()).not.toContain('  gone.ts:1:1: no')
})
