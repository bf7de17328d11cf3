import { describe, expect, it } from 'vitest'
import type { Line, What } from '../../prove/kit/journal.mjs'
import { account, exclusion, tickAccount } from '../../prove/kit/oracle.mjs'

function line(what: What, id: string, more: Partial<Line> = {}): Line {
  return { what, id, at: 0, pid: 1, fence: 1, n: 0, ...more }
}

const life = (id: string): Line[] => (['intent', 'ack', 'start', 'end'] as const).map((what) => line(what, id))

describe('the accounting of jobs', () => {
  it('finds nothing wrong with a job that was enqueued, run and completed', () => {
    const found = account({
      lines: life('a'),
      records: [{ id: 'a', state: 'completed' }],
      completions: new Map([['a', 1]]),
    })
    expect(found).toEqual({
      ...{ enqueued: 1, acked: 1, completed: 1, starts: 1, repeated: 0 },
      ...{ lost: [], doubled: [], strangers: [], unrun: [] },
    })
  })

  it('finds an acknowledged job that has no record', () => {
    expect(account({ lines: life('a'), records: [null], completions: new Map() }).lost).toEqual(['a'])
  })

  it('finds an acknowledged job that is not completed', () => {
    const records = [{ id: 'a', state: 'running' }]
    expect(account({ lines: life('a'), records, completions: new Map() }).lost).toEqual(['a'])
  })

  it('does not miss a job that was meant but never acknowledged', () => {
    expect(account({ lines: [line('intent', 'a')], records: [null], completions: new Map() }).lost).toEqual([])
  })

  it('finds a job that was completed twice', () => {
    const records = [{ id: 'a', state: 'completed' }]
    expect(account({ lines: life('a'), records, completions: new Map([['a', 2]]) }).doubled).toEqual(['a'])
  })

  it('finds a job that nobody enqueued, and one that ran with the payload of another', () => {
    const lines = [...life('a'), line('start', 'b'), line('start', 'a', { n: 7 })]
    expect(account({ lines, records: [], completions: new Map() }).strangers).toEqual(['a', 'b'])
  })

  it('finds a job that was completed although its handler never ended', () => {
    const lines = life('a').filter(({ what }) => what !== 'end')
    const records = [{ id: 'a', state: 'completed' }]
    expect(account({ lines, records, completions: new Map([['a', 1]]) }).unrun).toEqual(['a'])
  })
})

describe('the exclusion of leases', () => {
  const first = line('start', 'a', { at: 10, pid: 1, fence: 1 })
  const second = line('start', 'a', { at: 30, pid: 2, fence: 2 })
  const none = { shared: [], overlapping: [], backwards: [], zombies: 0 }

  it('allows a second attempt after the first has ended', () => {
    const lines = [first, line('end', 'a', { at: 20, pid: 1, fence: 1 }), second]
    expect(exclusion({ lines, deaths: [], freezes: [] })).toEqual(none)
  })

  it('allows a second attempt after the process of the first has died', () => {
    expect(exclusion({ lines: [first, second], deaths: [{ pid: 1, at: 20 }], freezes: [] })).toEqual(none)
  })

  it('finds a second attempt while the first goes on', () => {
    const lines = [first, second, line('end', 'a', { at: 40, pid: 1, fence: 1 })]
    expect(exclusion({ lines, deaths: [], freezes: [] }).overlapping).toEqual(['a'])
  })

  it('finds a second attempt before the process of the first has died', () => {
    expect(exclusion({ lines: [first, second], deaths: [{ pid: 1, at: 40 }], freezes: [] }).overlapping).toEqual(['a'])
  })

  it('counts an attempt that was overtaken while its process stood still as a zombie', () => {
    const lines = [first, second, line('end', 'a', { at: 40, pid: 1, fence: 1 })]
    expect(exclusion({ lines, deaths: [], freezes: [{ pid: 1, from: 15, until: 35 }] })).toEqual({
      ...none,
      zombies: 1,
    })
  })

  it('finds an attempt that was overtaken before its process stood still', () => {
    const lines = [first, second, line('end', 'a', { at: 60, pid: 1, fence: 1 })]
    const freezes = [{ pid: 1, from: 50, until: 55 }]
    expect(exclusion({ lines, deaths: [], freezes }).overlapping).toEqual(['a'])
  })

  it('finds one lease in two processes', () => {
    const lines = [first, line('end', 'a', { at: 20, pid: 1, fence: 1 }), { ...second, fence: 1 }]
    expect(exclusion({ lines, deaths: [], freezes: [] }).shared).toEqual(['a'])
  })

  it('finds a fence that went backwards', () => {
    const lines = [{ ...first, fence: 3 }, line('end', 'a', { at: 20, pid: 1, fence: 3 }), second]
    expect(exclusion({ lines, deaths: [], freezes: [] }).backwards).toEqual(['a'])
  })
})

describe('the accounting of ticks', () => {
  it('finds nothing wrong with a tick for each period', () => {
    expect(tickAccount([3000, 1000, 2000], 1000)).toEqual({ expected: 3, missed: [], doubled: [], off: [] })
  })

  it('finds the missed, the doubled and the one off the beat', () => {
    const found = tickAccount([1000, 2000, 2000, 2500, 4000], 1000)
    expect(found).toEqual({ expected: 4, missed: [3000], doubled: [2000], off: [2500] })
  })
})
