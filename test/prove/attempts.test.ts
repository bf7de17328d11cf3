import { describe, expect, it } from 'vitest'
import { attemptsAtOnce, attemptsOf, type Told } from '../../prove/kit/attempts.mjs'

const start = (pid: number, at: number): Told => ({ type: 'start', attempt: 1, pid, at })
const end = (pid: number, at: number, type: 'end' | 'stopped' = 'end'): Told => ({ type, attempt: 1, pid, at })

function atOnce(told: readonly Told[], more: Partial<Parameters<typeof attemptsOf>[0]> = {}) {
  return attemptsAtOnce(attemptsOf({ told, deaths: [], freezes: [], ...more })).map(({ pid }) => pid)
}

describe('the attempts at a routine', () => {
  it('finds nothing wrong with one after the other', () => {
    expect(atOnce([start(1, 0), end(1, 10), start(2, 10), end(2, 20)])).toEqual([])
  })

  it('finds one that began before another had ended', () => {
    expect(atOnce([start(1, 0), start(2, 9), end(1, 10), end(2, 20)])).toEqual([2])
  })

  it('finds one that began while another is still under way', () => {
    expect(atOnce([start(1, 0), start(2, 9)])).toEqual([2])
  })

  it('lets one begin when the process of the other is dead, and not before', () => {
    const told = [start(1, 0), start(2, 9), end(2, 20)]
    expect(atOnce(told, { deaths: [{ pid: 1, at: 5 }] })).toEqual([])
    expect(atOnce(told, { deaths: [{ pid: 1, at: 9.5 }] })).toEqual([2])
  })

  it('lets one begin while another stands still, and says when that noticed', () => {
    const told = [start(1, 0), start(2, 40), end(1, 47, 'stopped'), end(2, 50)]
    const freezes = [{ pid: 1, from: 5, until: 45 }]
    expect(atOnce(told, { freezes })).toEqual([])
    expect(attemptsOf({ told, deaths: [], freezes })).toEqual([
      { pid: 1, from: 0, until: 5, how: 'stopped', noticedMs: 2 },
      { pid: 2, from: 40, until: 50, how: 'end', noticedMs: null },
    ])
  })
})
