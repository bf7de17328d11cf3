import { describe, expect, test } from 'vitest'
import { dueAtOf, jitterOffset, LOOK_MS } from './due-at.js'

const jittered = (name: string, jitterMs: number, incarnation = 'i1'): Parameters<typeof jitterOffset>[0] => ({
  name,
  incarnation,
  definition: { jitterMs },
})

describe('the offset of a jittered schedule', () => {
  test('is the same whenever it is asked for, and another for another series', () => {
    expect(jitterOffset(jittered('a', 60_000))).toBe(jitterOffset(jittered('a', 60_000)))
    const offsets = new Set(['i1', 'i2', 'i3'].map((incarnation) => jitterOffset(jittered('a', 60_000, incarnation))))
    expect(offsets.size).toBe(3)
    expect(jitterOffset(jittered('a', 0))).toBe(0)
    expect(jitterOffset(jittered('a', 1))).toBe(0)
  })

  test('spreads schedules whose names differ in a digit evenly', () => {
    const buckets = Array.from({ length: 10 }, () => 0)
    for (let at = 0; at < 10_000; at++) {
      const offset = jitterOffset(jittered(`nightly-${at}`, 60_000))
      expect(offset).toBeGreaterThanOrEqual(0)
      expect(offset).toBeLessThan(60_000)
      buckets[Math.floor(offset / 6_000)]! += 1
    }
    // Five standard deviations of a fair draw: sqrt(10,000 * 0.1 * 0.9) = 30.
    for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(150)
  })
})

describe('a schedule is due', () => {
  const schedule = (pauseOnFailure: boolean, unfinished: readonly string[] | null): Parameters<typeof dueAtOf>[0] => ({
    ...jittered('a', 0),
    definition: { jitterMs: 0, pauseOnFailure },
    unfinished,
  })

  test('at its next tick, or never', () => {
    expect(dueAtOf(schedule(false, null), 9_000, 1_000)).toBe(9_000)
    expect(dueAtOf(schedule(true, ['job']), null, 1_000)).toBeNull()
  })

  test('sooner while it has to be seen how a job ends', () => {
    const far = 1_000 + 30 * LOOK_MS
    expect(dueAtOf(schedule(true, ['job']), far, 1_000)).toBe(1_000 + LOOK_MS)
    expect(dueAtOf(schedule(true, ['job']), 2_000, 1_000)).toBe(2_000)
    expect(dueAtOf(schedule(true, []), far, 1_000)).toBe(far)
    expect(dueAtOf(schedule(false, ['job']), far, 1_000)).toBe(far)
  })
})
