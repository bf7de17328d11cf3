import { expect, test } from 'vitest'
import { LineBuffer } from './line-buffer.js'

function filled(...texts: string[]): LineBuffer {
  const buffer = new LineBuffer()
  for (const text of texts) buffer.add(text)
  return buffer
}

test('whole lines are taken, and what has no end waits for it', () => {
  const buffer = filled('one\n\ntw')
  expect(buffer.take(false)).toEqual(['one', ''])
  expect(buffer.take(false)).toEqual([])
  buffer.add('o\nthr')
  expect(buffer.take(false)).toEqual(['two'])
  expect(buffer.take(true)).toEqual(['thr'])
  expect(buffer.take(true)).toEqual([])
})

test('of a flood of lines the newest thousand are taken, and it says how much was left out', () => {
  const lines = Array.from({ length: 1003 }, (_, index) => `line ${index}`)
  const taken = filled(`${lines.join('\n')}\n`).take(false)
  expect(taken).toEqual(['(21 characters of output left out)', ...lines.slice(3)])
})

test('a flood without an end never takes more than its bound', () => {
  const buffer = new LineBuffer()
  for (let count = 0; count < 100; count++) buffer.add('x'.repeat(10_000))
  const [said, line] = buffer.take(true)
  expect(line!.length).toBeLessThanOrEqual(131_072)
  expect(said).toBe(`(${1_000_000 - line!.length} characters of output left out)`)
})
