import { describe, expect, it } from 'vitest'
import { gapsOf, leadersAtOnce, termsBackwards, type Strike, type Told } from '../../prove/kit/leadership.mjs'

const became = (pid: number, at: number, term = at): Told => ({ what: 'became-leader', pid, at, term })
const lost = (pid: number, at: number, term = at): Told => ({ what: 'lost-leadership', pid, at, term })
const kill = (pid: number, at: number): Strike => ({ kind: 'kill', pid, at })

describe('the gap without a leader', () => {
  it('lasts from a strike until another process leads', () => {
    const told = [became(1, 0), became(2, 15), became(3, 42)]
    expect(gapsOf([kill(1, 10), kill(2, 40)], told)).toEqual([5, 2])
  })

  it('has no end when nobody leads before the next strike', () => {
    expect(gapsOf([kill(1, 10), kill(2, 20)], [became(1, 0), became(2, 25)])).toEqual([Infinity, Infinity])
  })

  it('does not end with the one that was struck', () => {
    expect(gapsOf([kill(1, 10)], [became(1, 0), became(1, 12), became(2, 17)])).toEqual([7])
  })
})

describe('the terms', () => {
  it('grow with each leader', () => {
    expect(termsBackwards([became(2, 20, 2), became(1, 10, 1), became(1, 30, 7)])).toEqual([])
  })

  it('are found when they stay or go back', () => {
    expect(termsBackwards([became(1, 10, 3), became(2, 20, 3), became(3, 30, 2)])).toEqual([3, 2])
  })
})

describe('two leaders at one time', () => {
  it('are found', () => {
    expect(leadersAtOnce([], [became(1, 10), became(2, 20), lost(1, 25)])).toEqual([became(2, 20)])
  })

  it('are none when the first was struck or has stepped down', () => {
    expect(leadersAtOnce([kill(1, 15)], [became(1, 10), became(2, 20), lost(2, 30), became(3, 30)])).toEqual([])
  })
})
