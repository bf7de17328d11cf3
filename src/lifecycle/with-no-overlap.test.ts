import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import { memory } from '../backends/memory/index.js'
import type { LockStore } from '../port/lock-store.js'
import { FakeClock } from '../time/fake-clock.js'
import { aborted } from './aborted.js'
import { withClock } from './clock-context.js'
import { concurrence } from './concurrence.js'
import { mutex } from './mutex.js'
import type { LockStoreLike, NamedLock } from './named-lock.js'
import { sleep } from './sleep.js'
import { withNoOverlap } from './with-no-overlap.js'
import type { LocalLock } from './with-no-overlap.js'
import { withValue } from './with-value.js'

async function lockStore(clock: FakeClock): Promise<LockStore> {
  const backend = memory({ clock })
  await backend.open()
  return backend.locks
}

const locks: readonly [string, (clock: FakeClock) => Promise<LocalLock | NamedLock>][] = [
  ['a mutex', async () => mutex()],
  ['a lock of a store', async (clock) => ({ locks: await lockStore(clock), name: 'db maintenance' })],
]

describe.each(locks)('withNoOverlap, under %s', (_, makeLock) => {
  it('C-30 runs each time when nobody holds the lock', async () => {
    const clock = new FakeClock()
    let runs = 0
    const task = withClock(
      clock,
      withNoOverlap(await makeLock(clock), () => {
        runs += 1
      }),
    )
    await task()
    await task()
    await task()
    expect(runs).toBe(3)
    expect(clock.timers).toEqual([])
  })

  it('C-30 succeeds without a run while the lock is held', async () => {
    const clock = new FakeClock()
    const lock = await makeLock(clock)
    let runs = 0
    const holder = withNoOverlap(lock, () => sleep('5 minutes'))
    const running = withClock(clock, holder)()
    await clock.advance(60_000)
    await withClock(
      clock,
      withNoOverlap(lock, () => {
        runs += 1
      }),
    )()
    expect(runs).toBe(0)
    await clock.advance(240_000)
    await running
    await withClock(
      clock,
      withNoOverlap(lock, () => {
        runs += 1
      }),
    )()
    expect(runs).toBe(1)
  })

  it('frees the lock when the routine fails', async () => {
    const clock = new FakeClock()
    const lock = await makeLock(clock)
    const error = new Error('broken')
    await expect(
      withClock(
        clock,
        withNoOverlap(lock, () => Promise.reject(error)),
      )(),
    ).rejects.toBe(error)
    let runs = 0
    await withClock(
      clock,
      withNoOverlap(lock, () => {
        runs += 1
      }),
    )()
    expect(runs).toBe(1)
  })

  it('C-31 is exclusive, and no two runs are ever side by side', async () => {
    const clock = new FakeClock()
    const lock = await makeLock(clock)
    let [inside, most, runs] = [0, 0, 0]
    const task = withNoOverlap(lock, async () => {
      most = Math.max(most, ++inside)
      await sleep('1 second')
      inside--
      runs++
    })
    const running = withClock(clock, concurrence(task, task, task, task))()
    await clock.advance(1000)
    await running
    expect([most, runs]).toEqual([1, 1])
  })

  it('C-31 lets in who holds the lock already, and shows the values that it was run with', async () => {
    const clock = new FakeClock()
    const lock = await makeLock(clock)
    const storage = new AsyncLocalStorage<string>()
    const seen: (string | undefined)[] = []
    const inner = withNoOverlap(lock, () => void seen.push(storage.getStore()))
    await withClock(clock, withValue(storage, 'tenant 1', withNoOverlap(lock, inner)))()
    expect(seen).toEqual(['tenant 1'])
  })

  it('C-31 rejects with the reason of an abort', async () => {
    const clock = new FakeClock()
    const controller = new AbortController()
    const task = withNoOverlap(await makeLock(clock), async (signal) => {
      throw await aborted(signal)
    })
    const running = withClock(clock, task)(controller.signal)
    await clock.settle()
    controller.abort()
    await expect(running).rejects.toBe(controller.signal.reason)
  })
})

describe('withNoOverlap, under a lock of a store', () => {
  const name = 'db maintenance'

  it('C-31 takes a lock of another name for another lock, also nested', async () => {
    const clock = new FakeClock()
    const store = await lockStore(clock)
    const other = withNoOverlap({ locks: store, name: 'other' }, () => sleep('1 minute'))
    const held = withClock(clock, other)()
    await clock.settle()
    let runs = 0
    const nested = withNoOverlap({ locks: store, name: 'other' }, () => {
      runs += 1
    })
    await withClock(clock, withNoOverlap({ locks: store, name }, nested))()
    expect(runs).toBe(0)
    await clock.advance(60_000)
    await held
  })

  it('C-31 cannot be freed by a stranger', async () => {
    const clock = new FakeClock()
    const store = await lockStore(clock)
    const held = withClock(
      clock,
      withNoOverlap({ locks: store, name }, () => sleep('1 minute')),
    )()
    await clock.settle()
    const [record] = await store.list({})
    const term = record?.term ?? 0
    expect(await store.release({ locks: [{ name, holder: 'a stranger', term }] })).toEqual(['lost'])
    expect(await store.list({})).toHaveLength(1)
    await clock.advance(60_000)
    await held
    expect(await store.list({})).toEqual([])
  })

  it('C-31 rejects at once with the reason of a signal that has aborted', async () => {
    const clock = new FakeClock()
    const signal = AbortSignal.abort(new Error('enough'))
    const task = withNoOverlap({ locks: await lockStore(clock), name }, () => undefined)
    await expect(withClock(clock, task)(signal)).rejects.toBe(signal.reason)
  })

  it('keeps a lock for as long as the routine runs, and the next term is higher', async () => {
    const clock = new FakeClock()
    const store = await lockStore(clock)
    const terms: (number | undefined)[] = []
    const task = withNoOverlap({ locks: store, name, ttl: '3 seconds' }, async () => {
      await sleep('1 hour')
      terms.push((await store.list({}))[0]?.term)
    })
    for (let run = 0; run < 2; run++) {
      const running = withClock(clock, task)()
      await clock.advance(3_600_000)
      await running
    }
    expect(terms).toEqual([1, 2])
  })

  it('aborts the routine when the lock is lost, and fails', async () => {
    const clock = new FakeClock()
    const store = await lockStore(clock)
    let reason: unknown
    const task = withNoOverlap({ locks: store, name }, async (signal) => {
      reason = await aborted(signal)
    })
    const running = withClock(clock, task)().catch((error: unknown) => error)
    await clock.settle()
    const [held] = await store.list({})
    await store.release({ locks: [{ name, holder: held?.holder ?? '', term: held?.term ?? 0 }] })
    await clock.advance(10_000)
    expect(await running).toMatchObject({ code: 'LEASE_LOST', message: 'lock "db maintenance" was lost' })
    expect(reason).toBe(await running)
  })

  it.each([
    ['fails', () => Promise.reject(new Error('no connection'))],
    ['does not answer', () => new Promise<never>(() => undefined)],
  ])('counts a lock as lost when the store %s for as long as it lasts', async (_, renew) => {
    const clock = new FakeClock()
    const store = await lockStore(clock)
    const silent: LockStoreLike = {
      acquire: (params) => store.acquire(params),
      renew,
      release: () => Promise.reject(new Error('no connection')),
    }
    const task = withNoOverlap({ locks: silent, name, ttl: '30 seconds' }, async (signal) => {
      throw await aborted(signal)
    })
    let outcome: unknown = 'running'
    void withClock(clock, task)().catch((error: unknown) => (outcome = error))
    await clock.advance(29_999)
    expect(outcome).toBe('running')
    await clock.advance(1)
    expect(outcome).toMatchObject({ code: 'LEASE_LOST' })
  })

  it('refuses what makes no sense at once', () => {
    const task = (): void => undefined
    expect(() => withNoOverlap({} as never, task)).toThrow('withNoOverlap: lock: expected mutex() or { locks, name }')
    expect(() => withNoOverlap({ locks: {} as never, name, ttl: 10 }, task)).toThrow('withNoOverlap: ttl must be')
    expect(() => mutex().release()).toThrow('mutex: release: expected somebody to hold it, got "nobody"')
  })
})
