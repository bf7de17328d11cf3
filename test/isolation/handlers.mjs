/** Handlers that behave, and handlers that do what no handler should. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { spawn } from 'node:child_process'
import { parentPort } from 'node:worker_threads'

/** @typedef {import('../../src/model/handler-context.js').HandlerContext<unknown, unknown>} Context */

/** @type {AsyncLocalStorage<string>} */
const current = new AsyncLocalStorage()
let calls = 0

/** @param {unknown} payload */
export default async function echo(payload) {
  return payload
}

/** @param {{ readonly map: unknown, readonly date: unknown, readonly buffer: unknown }} payload */
export async function types(payload) {
  const { buffer, date, map } = payload
  return { payload, isMap: map instanceof Map, isDate: date instanceof Date, text: String(buffer) }
}

/**
 * What an attempt sees of itself, and of what others left.
 * @param {{ readonly set: string, readonly folder: string }} payload
 * @param {Context} context
 */
export async function surroundings({ set, folder }, { job, fence }) {
  const found = { ...process.env }
  const where = process.cwd()
  process.env['LEFT'] = set
  delete process.env['MODE']
  process.chdir(folder)
  calls += 1
  return current.run(job.id, async () => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    return { found, where, calls, id: current.getStore(), fence, pid: process.pid, send: typeof process.send }
  })
}

/**
 * @param {unknown} _
 * @param {Context} context
 */
export async function tells(_, { log, progress }) {
  process.stdout.write('printed\n')
  process.stderr.write('complained\n')
  log.info('said')
  progress({ done: 3, of: 10n })
  process.stdout.write('no end')
}

/** As libraries do that were written for threads of their own. */
export async function posts() {
  parentPort?.postMessage('done')
  return 'kept'
}

/** Ends that are no return and no error. */
export const ends = {
  again: async (/** @type {unknown} */ _, /** @type {Context} */ { again }) =>
    again({ params: { page: 2n }, after: '5 minutes' }),
  snooze: async (/** @type {unknown} */ _, /** @type {Context} */ { snooze }) => snooze('1 hour'),
  cancel: async (/** @type {unknown} */ _, /** @type {Context} */ { cancel }) => cancel('not needed'),
  function: async () => ({ call: () => 1 }),
  complete: (/** @type {unknown} */ _, /** @type {Context} */ { job }) => job.complete({ tx: {} }),
}

class CardError extends Error {
  /** @override */
  name = 'CardError'
  code = 'E_CARD'
}

/**
 * @param {unknown} _
 * @param {Context} context
 */
export function loopAndTell(_, { log }) {
  log.info(String(process.pid))
  for (;;);
}

/** Each is called for a process that nobody else needs. */
export const faults = {
  loop() {
    process.stdout.write('about to loop\n')
    for (;;);
  },
  async never() {
    await new Promise(() => undefined)
  },
  /**
   * @param {unknown} _
   * @param {Context} context
   */
  async heed(_, { signal }) {
    await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  },
  exit() {
    process.exit(3)
  },
  text() {
    throw 'just text' // eslint-disable-line @typescript-eslint/only-throw-error -- that is what it is for
  },
  error() {
    throw new CardError('declined', { cause: new TypeError('no digits') })
  },
  heap() {
    const kept = []
    for (;;) kept.push({ at: kept.length, text: `number ${kept.length}` })
  },
  buffers() {
    const kept = []
    for (;;) kept.push(Buffer.alloc(1024 * 1024, 1))
  },
  async later() {
    setTimeout(() => {
      throw new RangeError('behind the back')
    }, 1)
    await new Promise(() => undefined)
  },
  async rejection() {
    void Promise.reject(new RangeError('nobody waits'))
    await new Promise(() => undefined)
  },
  /**
   * Starts a program that never ends, and says which.
   * @param {unknown} _
   * @param {Context} context
   */
  async orphan(_, { log }) {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    log.info(`pid ${child.pid}`)
    await new Promise(() => undefined)
  },
}
