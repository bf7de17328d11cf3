import { afterEach, beforeEach, expect, it } from 'vitest'
import { FakePool } from '../../../test/servers/fake-pool.js'
import { Deferred } from '../../async/deferred.js'
import { FakeClock } from '../../time/fake-clock.js'
import { Connections } from './connections.js'
import { resolveOptions } from './options.js'
import { Wakeups } from './wakeups.js'

let clock: FakeClock
let pool: FakePool
let wakeups: Wakeups
/** What the statements of hints wait for. */
let answer: (signal: AbortSignal) => Promise<unknown>
/** The statements that were sent to their end. */
let sent: readonly unknown[]

beforeEach(() => {
  answer = async () => undefined
  sent = []
  clock = new FakeClock()
  pool = new FakePool(async () => ({ rows: [] }))
  const options = resolveOptions({ pool, clock })
  wakeups = new Wakeups(
    options,
    async (_text, [, payload], signal) => {
      await answer(signal)
      signal.throwIfAborted()
      sent = [...sent, JSON.parse(String(payload))]
    },
    () => undefined,
  )
  wakeups.open(new Connections({ pool, clock, onSilence: () => undefined }), undefined)
})

afterEach(async () => {
  await wakeups.close()
  expect(clock.timers).toEqual([])
})

/** Which of the connections that were made still listens. */
const listening = (): readonly boolean[] => pool.made.map(({ isGivenUp }) => !isGivenUp)

it('a store stops listening a second after its last listener has gone, so that its program can end', async () => {
  const leave = wakeups.subscribe(() => undefined)
  await clock.advance(60_000)
  leave()
  await clock.advance(999)
  expect(listening()).toEqual([true])
  await clock.advance(1)
  expect(listening()).toEqual([false])
  expect(clock.timers).toEqual([])
})

it('goes on listening when another comes within that second, and begins anew when one comes later', async () => {
  wakeups.subscribe(() => undefined)()
  await clock.advance(500)
  const leave = wakeups.subscribe(() => undefined)
  await clock.advance(5_000)
  expect(listening()).toEqual([true])
  leave()
  await clock.advance(5_000)
  const kinds: string[] = []
  wakeups.subscribe(({ kind }) => kinds.push(kind))
  await clock.settle()
  expect([listening(), kinds]).toEqual([[false, true], ['resync']])
})

it('is closed while it lingers', async () => {
  wakeups.subscribe(() => undefined)()
  await clock.settle()
  await wakeups.close()
  expect(listening()).toEqual([false])
})

it('a program that enqueues and ends at once has told the others', async () => {
  const server = new Deferred()
  answer = async () => server.promise
  wakeups.committed({ queues: ['mail'] })
  const closed = wakeups.close()
  await clock.settle()
  server.resolve()
  await closed
  expect(sent).toEqual([{ o: expect.any(String) as string, q: ['mail'], k: [] }])
})

it('a program that ends waits a second at most for a server that takes no hints', async () => {
  answer = async (signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
  wakeups.committed({ queues: ['mail'] })
  let isClosed = false
  const closed = wakeups.close().then(() => (isClosed = true))
  await clock.advance(999)
  expect(isClosed).toBe(false)
  await clock.advance(1)
  await closed
  expect(sent).toEqual([])
})
