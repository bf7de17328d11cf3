import { describe, expect, it } from 'vitest'
import { longestSilence, returnsAfter } from '../../prove/kit/vital-signs.mjs'

describe('the return after troubles', () => {
  it('is counted from the end of the trouble to the next sign', () => {
    const troubles = [
      { from: 10, until: 20 },
      { from: 60, until: 60 },
    ]
    expect(returnsAfter([90, 5, 15, 27], troubles)).toEqual([7, 30])
  })

  it('leaves out the time of other troubles, each once', () => {
    const troubles = [
      { from: 0, until: 10 },
      { from: 12, until: 20 },
      { from: 14, until: 24 },
    ]
    expect(returnsAfter([30], troubles)).toEqual([8, 6, 6])
  })

  it('never came when there is no sign', () => {
    expect(returnsAfter([5], [{ from: 6, until: 7 }])).toEqual([Infinity])
  })
})

describe('the longest silence', () => {
  it('lies between two signs, or before the first, or behind the last', () => {
    const watched = { from: 0, until: 100 }
    expect(longestSilence([10, 50, 90], [], watched)).toBe(40)
    expect(longestSilence([60, 70], [], watched)).toBe(60)
    expect(longestSilence([10, 20], [], watched)).toBe(80)
    expect(longestSilence([], [], watched)).toBe(100)
  })

  it('leaves out what was troubled', () => {
    expect(longestSilence([10, 90], [{ from: 5, until: 75 }], { from: 0, until: 100 })).toBe(15)
  })
})
