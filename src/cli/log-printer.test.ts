import { expect, it } from 'vitest'
import { FakeClock } from '../time/fake-clock.js'
import { LogPrinter } from './log-printer.js'
import { Printer } from './render/printer.js'

function logged(write: (log: LogPrinter) => void, json = false): string {
  let text = ''
  const out = new Printer({ write: (part: string) => (text += part) }, {})
  write(new LogPrinter({ out, clock: new FakeClock(Date.UTC(2022, 1, 17, 19, 21, 29)), json }))
  return text
}

const facts = {
  job: { id: 'job-1', attempt: 2 },
  tasks: ['a', 'b'],
  error: new Error('boom', { cause: new TypeError('why') }),
  nothing: null,
  left: undefined,
}

it('writes the level, the time, the message and the facts on one line', () => {
  expect(logged((log) => log.warn(facts, 'worker: failed'))).toBe(
    'WARN[19:21:29] worker: failed id=job-1 attempt=2 tasks=a,b error="Error: boom, because TypeError: why"\n',
  )
})

it('does not tell a cause again whose words the error ends with', () => {
  const error = new Error('x.mjs cannot be loaded: no such export', { cause: new TypeError('no such export') })
  expect(logged((log) => log.error({ error }, 'failed'))).toMatch(
    /error="Error: x.mjs cannot be loaded: no such export"\n$/,
  )
  const deep = new Error('cannot be loaded: top', { cause: new Error('top', { cause: new Error('deep') }) })
  expect(logged((log) => log.error({ error: deep }, 'failed'))).toContain(
    'top, because Error: top, because Error: deep',
  )
})

it('writes the same as JSON on one line', () => {
  expect(JSON.parse(logged((log) => log.error(facts, 'worker: failed'), true))).toEqual({
    time: '2022-02-17T19:21:29.000Z',
    level: 'error',
    message: 'worker: failed',
    id: 'job-1',
    attempt: 2,
    tasks: 'a,b',
    error: 'Error: boom, because TypeError: why',
  })
})

it.each([false, true])('shows no secret, keeps to one line, and lets nothing hostile through (json: %s)', (json) => {
  const evil = new Error('at postgres://ann:hunter2@db\n\u001b[2J')
  const text = logged(
    (log) => log.info({ [`name\u001b`]: evil, list: ['nats://hunter2@x'] }, 'x\u202e token=hunter2'),
    json,
  )
  expect(text).not.toContain('hunter2')
  expect(text).not.toMatch(/(?!\n)\p{Cc}|\u202e/u)
  expect(text.split('\n')).toHaveLength(2)
})

it('does not follow an object into itself', () => {
  const loop: Record<string, unknown> = { deep: 1 }
  loop['self'] = loop
  expect(logged((log) => log.info(loop, 'x'))).toBe('INFO[19:21:29] x deep=1\n')
})
