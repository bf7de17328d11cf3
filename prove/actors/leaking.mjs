/**
 * Runs one combinator many times, many at once, always under the same signal, and tells after so many runs what is left of them: listeners, what
 * keeps the process alive, and the heap after collection.
 */
import { getEventListeners } from 'node:events'
import { AsyncLocalStorage } from 'node:async_hooks'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import * as lifecycle from 'rota/lifecycle'
import { memory } from 'rota/memory'

/** @type {{ combinator: string, samplesAt: number[] }} */
const { combinator, samplesAt } = JSON.parse(process.argv[2] ?? '{}')

/** A program has one main and listens to signals once; of everything else many run side by side. */
const concurrency = combinator === 'main' || combinator === 'withSignals' ? 1 : 100
const COLLECT_AFTER = 2000
const { signal } = new AbortController()
const collect = /** @type {() => void} */ (globalThis.gc)

const nothing = async () => {}
const fail = async () => {
  throw new TypeError('expected')
}
const storage = new AsyncLocalStorage()
const lock = lifecycle.mutex()
const backend = memory()
await backend.open()

/** Each makes what it runs anew, as a program does for each request, and ends by itself. @type {Record<string, () => Promise<unknown>>} */
const combinators = {
  routine: () => lifecycle.routine(nothing).run(signal),
  sequence: () => lifecycle.sequence(nothing, lifecycle.sequence(nothing, nothing))(signal),
  concurrence: () => lifecycle.concurrence(nothing, lifecycle.concurrence(nothing, nothing))(signal),
  'concurrence, failing': () =>
    lifecycle
      .concurrence(
        lifecycle.aborted,
        fail,
      )(signal)
      .catch(() => undefined),
  repeat: () => withOwn((own) => lifecycle.repeat('1 hour', () => own.abort())(own.signal)),
  'repeat, side by side': () =>
    withOwn((own) => lifecycle.repeat('1 hour', () => own.abort(), { overlap: 'allow' })(own.signal)),
  'repeat, failing': () =>
    lifecycle
      .repeat(
        '1 hour',
        fail,
      )(signal)
      .catch(() => undefined),
  withShutdown: () => lifecycle.withShutdown(nothing, nothing, { until: 'start-ends' })(signal),
  httpServer: () => {
    const server = createServer()
    server.once('listening', () => server.close())
    return lifecycle.httpServer(server, { host: '127.0.0.1' })(signal)
  },
  withSignals: () => lifecycle.withSignals(nothing)(signal),
  withTimeout: () => lifecycle.withTimeout('1 hour', nothing)(signal),
  withRetry: () =>
    lifecycle
      .withRetry(
        { maxTries: 2, backoff: () => 0 },
        fail,
      )(signal)
      .catch(() => undefined),
  onError: () => lifecycle.onError(fail, nothing)(signal),
  ignoreError: () => lifecycle.ignoreError(fail, TypeError)(signal),
  'withNoOverlap, local': () => lifecycle.withNoOverlap(lock, nothing)(signal),
  'withNoOverlap, named': () => lifecycle.withNoOverlap({ locks: backend.locks, name: 'one' }, nothing)(signal),
  withValue: () => lifecycle.withValue(storage, {}, nothing)(signal),
  main: () => lifecycle.main({ signal }, nothing, nothing),
  routines: async () => {
    const group = lifecycle.routines()
    group.go(nothing)
    group.go(lifecycle.aborted)
    await group.stop()
  },
  sleep: () => lifecycle.sleep(0, signal),
  aborted: () => withOwn((own) => lifecycle.concurrence(lifecycle.aborted, () => own.abort())(own.signal)),
}

/** Under a signal of its own, which it aborts. */
async function withOwn(/** @type {(own: AbortController) => Promise<unknown>} */ work) {
  const own = new AbortController()
  await work(own)
  if (getEventListeners(own.signal, 'abort').length > 0) throw new Error('a listener is left')
}

/** @param {number} runs */
async function runMany(runs) {
  const once = combinators[combinator]
  if (once === undefined) throw new Error(`expected a combinator, got ${combinator}`)
  for (let left = runs; left > 0; left -= concurrency) {
    await Promise.all(Array.from({ length: Math.min(left, concurrency) }, once))
    // Tables of V8 and of Node keep the size that garbage once gave them: it must not get to lie about for long.
    if (left % COLLECT_AFTER === 0) collect()
  }
}

/** The heap when nothing is under way: what one collection frees lets the next free more, until it frees nothing. */
async function settledHeap() {
  let least = Infinity
  for (let calm = 0; calm < 5; calm++) {
    await sleep(5)
    collect()
    const { heapUsed } = process.memoryUsage()
    if (heapUsed < least - 1024) calm = 0
    least = Math.min(least, heapUsed)
  }
  return least
}

process.channel?.unref()
if (combinator === '') {
  process.send?.(Object.keys(combinators))
} else {
  await settledHeap()
  const before = process.getActiveResourcesInfo().sort()
  const samples = []
  let done = 0
  for (const at of samplesAt) {
    await runMany(at - done)
    done = at
    samples.push({ runs: at, heapBytes: await settledHeap() })
  }
  process.send?.({
    samples,
    listeners: getEventListeners(signal, 'abort').length,
    signalListeners: process.listenerCount('SIGTERM') + process.listenerCount('SIGINT'),
    before,
    after: process.getActiveResourcesInfo().sort(),
  })
}
await backend.close()
