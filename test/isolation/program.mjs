/** A program that runs a handler which never ends, and says in which process. */
import { join } from 'node:path'
import { createIsolatedRunner } from '../../dist/isolation/create-isolated-runner.js'

const runner = createIsolatedRunner({
  what: 'task "t"',
  file: join(import.meta.dirname, 'handlers.mjs'),
  handler: 'index.loopAndTell',
  memoryBytes: 2 ** 27,
})
const say = (/** @type {string} */ line) => void process.stdout.write(line)
const refuse = () => {
  throw new TypeError('expected a handler that asks for nothing')
}
await runner.run(null, {
  signal: new AbortController().signal,
  job: {
    id: 'job-1',
    task: 't',
    queue: 'default',
    priority: 3,
    attempt: 1,
    maxTries: 1,
    iterations: 0,
    enqueuedAt: new Date(0),
    deadline: null,
    headers: {},
    contract: null,
    tick: null,
    complete: refuse,
  },
  fence: 1,
  log: { debug: say, info: say, warn: say, error: say },
  progress: refuse,
  again: refuse,
  snooze: refuse,
  cancel: refuse,
})
