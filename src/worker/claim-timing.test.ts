import { describe, expect, test } from 'vitest'
import { ClaimTiming } from './claim-timing.js'
import { StoreTime } from './store-time.js'

/** The instants of looks that find nothing, from a first at `now` on, while the store says that `nextVisibleAt` is next. */
function looks(timing: ClaimTiming, now: number, nextVisibleAt: number | null, count: number): number[] {
  const at: number[] = []
  let look = now
  while (at.length < count) {
    timing.asking()
    timing.asked()
    timing.answered(0, nextVisibleAt, look)
    if (timing.lookAt === null) break
    look = timing.lookAt
    at.push(look)
  }
  return at
}

describe('the next look', () => {
  test('is due at the beginning', () => {
    expect(new ClaimTiming(new StoreTime(), null).isDue(0)).toBe(true)
  })

  test('is never, when nothing was found and nothing is known to come', () => {
    const timing = new ClaimTiming(new StoreTime(), null)
    expect(looks(timing, 1000, null, 9)).toEqual([])
    expect(timing.isDue(1e15)).toBe(false)
  })

  test('is when the store says that the next job becomes visible, by the clock of this machine', () => {
    const time = new StoreTime()
    const timing = new ClaimTiming(time, null)
    time.synchronise(5000, 5300)
    timing.asking()
    timing.asked()
    timing.answered(3, 9000, 5300)
    expect(timing.lookAt).toBe(9300)
    timing.dueAt(8000)
    expect(timing.lookAt).toBe(8300)
    timing.dueAt(20_000)
    expect(timing.lookAt).toBe(8300)
  })

  test('after a hint that found nothing comes 1, 2, 4 ... 64 ms later', () => {
    const timing = new ClaimTiming(new StoreTime(), null)
    timing.hint()
    expect(looks(timing, 1000, null, 99)).toEqual([1001, 1003, 1007, 1015, 1031, 1063, 1127])
  })

  test('after a hint that found nothing is no later than the next job', () => {
    const timing = new ClaimTiming(new StoreTime(), null)
    timing.hint()
    expect(looks(timing, 1000, 1010, 4)).toEqual([1001, 1003, 1007, 1010])
  })

  test('comes at once when something was hinted while the store was asked', () => {
    const timing = new ClaimTiming(new StoreTime(), null)
    timing.asking()
    timing.asked()
    timing.hint()
    timing.answered(0, null, 1000)
    expect(timing.isDue(1000)).toBe(true)
  })

  test('is not hurried by what was hinted within the call that it answers', () => {
    const timing = new ClaimTiming(new StoreTime(), null)
    timing.asking()
    timing.hint()
    timing.asked()
    timing.answered(0, null, 1000)
    expect(timing.lookAt).toBeNull()
  })

  test('is put off further and further, to a second, while jobs are due and none is given', () => {
    const steps = looks(new ClaimTiming(new StoreTime(), null), 0, -1, 14).map(
      (at, index, all) => at - (all[index - 1] ?? 0),
    )
    expect(steps).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1000, 1000, 1000])
  })

  test('is no later than the poll interval where the store gives no hints', () => {
    const timing = new ClaimTiming(new StoreTime(), 500)
    expect(looks(timing, 1000, null, 3)).toEqual([1500, 2000, 2500])
    expect(looks(timing, 3000, 3100, 1)).toEqual([3100])
  })
})
