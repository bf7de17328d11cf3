import { afterEach, expect, test, vi } from 'vitest'
import { memory } from '../backends/memory/memory-backend.js'
import { task } from '../model/task-definition.js'
import { parseBackendUrl } from './backend-url.js'
import { createRota } from './create-rota.js'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('nothing is opened before it is needed', () => {
  const backend = memory()
  const open = vi.spyOn(backend, 'open')
  createRota({ backend })
  expect(open).not.toHaveBeenCalled()
})

test('two tasks of one name are refused, the same task twice is not', () => {
  const one = task('mail', () => 1)
  expect(() => createRota({ url: 'memory:', tasks: [one, one] })).not.toThrow()
  expect(() => createRota({ url: 'memory:', tasks: [one, task('mail', () => 2)] })).toThrow(/two tasks named "mail"/)
})

const wrong: readonly (readonly [string, unknown, RegExp])[] = [
  ['url and backend', { url: 'memory:', backend: memory() }, /expected url or backend, got both/],
  ['an unknown option', { task: [] }, /expected options among app, backend, .* got "task"/],
  [
    'an unknown option of the worker',
    { url: 'memory:', worker: { concurency: 3 } },
    /^createRota: worker: expected options among .*concurrency.*, got "concurency"$/,
  ],
  [
    'a queue that nothing runs in',
    { url: 'memory:', worker: { queues: { mail: 0 } } },
    /^createRota: worker: concurrency of queue "mail": expected a whole number from 1 to 100000, got 0$/,
  ],
  [
    'a worker that runs nothing',
    { url: 'memory:', worker: { concurrency: 0 } },
    /^createRota: worker: concurrency: expected a whole number from 1 to 100000, got 0$/,
  ],
  [
    'an unknown option of the scheduler',
    { url: 'memory:', scheduler: { poll: '1s' } },
    /^createRota: scheduler: expected options among .*pollInterval, got "poll"$/,
  ],
  ['tasks that are no list', { url: 'memory:', tasks: {} }, /tasks: expected a list, got object/],
  ['a function as a task', { url: 'memory:', tasks: [() => 1] }, /expected what task\(\) returns, got function/],
  [
    'a backend that is none',
    { backend: 'sqlite:x' },
    /backend: expected a store such as sqlite\(\{ file \}\), got string/,
  ],
  ['a path as url', { url: './rota.db' }, /got the path "\.\/rota\.db"; write "sqlite:\.\/rota\.db"/],
  [
    'an unknown scheme',
    { url: 'redis://user:secret@host' },
    /expected "sqlite:<file>", "postgres:\/\/<host>\/<database>" or "memory:", got the scheme "redis"$/,
  ],
  [
    'a port that is none',
    { url: 'postgres://ann:secret@host:port/db' },
    /<port>\/<database>", got what is no such URL$/,
  ],
  ['a database without a host', { url: 'postgres:db' }, /expected "postgres:\/\/<user>.*got what is no such URL$/],
  ['sqlite without a file', { url: 'sqlite:' }, /expected a file behind "sqlite:"/],
  [
    'a host where a path should be',
    { url: 'sqlite://data/rota.db' },
    /expected "sqlite:data\/rota\.db" or three slashes/,
  ],
  ['no options at all', null, /expected options, got null/],
]

test.each(wrong)('%s is refused with what was expected', (_what, options, message) => {
  expect(() => createRota(options as never)).toThrow(TypeError)
  expect(() => createRota(options as never)).toThrow(message)
})

test('a program that says nothing is asked for its environment', () => {
  vi.stubEnv('ROTA_URL', 'ftp://nowhere')
  expect(() => createRota()).toThrow(/got the scheme "ftp"/)
  vi.stubEnv('ROTA_URL', undefined)
  expect(() => createRota()).not.toThrow()
})

test.each(['sqlite:rota.db', 'sqlite:./data/rota.db', 'sqlite:/var/lib/rota.db', 'sqlite:///var/lib/rota.db'])(
  '%s names a file',
  (url) => {
    expect(parseBackendUrl(url).scheme).toBe('sqlite')
  },
)
