import { expect, test } from 'vitest'
import { task } from './task-definition.js'

test.each([
  ['an option that is unknown', { retries: 5 }, /^task "mail": expected options among backoff, .*, got "retries"$/],
  ['a queue outside the grammar', { queue: 'a b' }, /^queue name: expected 1 to 64/],
  ['a priority that there is not', { priority: 6 }, /^task "mail": priority: expected 1 to 5, got 6$/],
  ['no try at all', { maxTries: 0 }, /^task "mail": maxTries: expected a whole number/],
  ['a handler that is none', { run: 'later' }, /^task "mail": run: expected a function, got string$/],
  ['no options', null, /^task "mail": expected options or a handler, got null$/],
])('%s is refused when the task is defined', (_what, options, message) => {
  expect(() => task('mail', options as never)).toThrow(TypeError)
  expect(() => task('mail', options as never)).toThrow(message)
})

test('every option of the types is taken', () => {
  const onFailure = task('told', () => undefined) as never
  const input = { '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value }) } }
  const policy = {
    queue: 'q',
    priority: 1,
    maxTries: 2,
    backoff: 'fixed',
    timeout: '1 minute',
    deadline: '1 hour',
  } as const
  const all = task('mail', { ...policy, input, onFailure, run: () => 1 })
  expect(all.policy).toEqual(policy)
  expect(task('mail', { ...policy, input, result: input }).run).toBeNull()
})
