import { afterEach, beforeEach, expect, it } from 'vitest'
import { FakePool } from '../../../test/servers/fake-pool.js'
import { FakeClock } from '../../time/fake-clock.js'
import { Connections } from './connections.js'
import { resolveOptions } from './options.js'
import { Wakeups } from './wakeups.js'

let clock: FakeClock
let pool: FakePool
let wakeups: Wakeups

beforeEach(() => {
  clock = new FakeClock()
  pool = new FakePool(async () => ({ rows: [] }))
  const options = resolveOptions({ pool, clock })
  wakeups = new Wakeups(
    options,
    async () => undefined,
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
