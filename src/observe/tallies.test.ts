import type { Attributes } from '@opentelemetry/api'
import { describe, expect, it } from 'vitest'
import { OVERFLOW, Tallies, TALLIES_MAX } from './tallies.js'

function told(tallies: Tallies): [attributes: Attributes, count: number][] {
  const all: [Attributes, number][] = []
  tallies.tell({ observe: (count, attributes = {}) => void all.push([attributes, count]) })
  return all
}

describe('tallies', () => {
  it('keep one count for each set of values', () => {
    const tallies = new Tallies(['queue', 'task'])
    tallies.add(['mail', 'send'])
    tallies.add(['mail', 'send'], 4)
    tallies.add(['mail', 'sort'])
    tallies.add(['send', 'mail'])
    expect(told(tallies)).toEqual([
      [{ queue: 'mail', task: 'send' }, 5],
      [{ queue: 'mail', task: 'sort' }, 1],
      [{ queue: 'send', task: 'mail' }, 1],
    ])
  })

  it('tell a count without attributes from the beginning, so that its first rise is seen', () => {
    const tallies = new Tallies([])
    expect(told(tallies)).toEqual([[{}, 0]])
    tallies.add([])
    expect(told(tallies)).toEqual([[{}, 1]])
  })

  it('go on counting: what was told is told again', () => {
    const tallies = new Tallies(['queue'])
    tallies.add(['a'])
    told(tallies)
    tallies.add(['a'])
    expect(told(tallies)).toEqual([[{ queue: 'a' }, 2]])
  })

  it('count everything beyond their bound together, and go on with what they know', () => {
    const tallies = new Tallies(['queue', 'task'])
    for (let index = 0; index < TALLIES_MAX + 50; index++) tallies.add([`queue-${index}`, 'send'])
    tallies.add(['queue-0', 'send'])
    tallies.add(['queue-0', 'another'])
    const all = told(tallies)
    expect(all).toHaveLength(TALLIES_MAX + 1)
    expect(all[0]).toEqual([{ queue: 'queue-0', task: 'send' }, 2])
    expect(all.at(-1)).toEqual([OVERFLOW, 51])
    expect(all.reduce((sum, [, count]) => sum + count, 0)).toBe(TALLIES_MAX + 52)
  })
})
