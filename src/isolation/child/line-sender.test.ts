import { expect, test } from 'vitest'
import { LineSender } from './line-sender.js'

function record() {
  const sent: string[][] = []
  const turns: (() => void)[] = []
  const sender = new LineSender(
    (lines) => sent.push(lines.map(({ message }) => message)),
    (fire) => turns.push(fire),
  )
  return { sent, turns, sender }
}

test('single lines go at once: a handler that then blocks its process has told where it was', () => {
  const { sent, sender } = record()
  sender.add('info', 'one')
  sender.add('warn', 'two')
  expect(sent).toEqual([['one'], ['two']])
})

test('a flood in one turn travels in batches, and the turn after begins anew', () => {
  const { sent, turns, sender } = record()
  for (let count = 0; count < 350; count++) sender.add('info', count)
  expect(sent.map((lines) => lines.length)).toEqual([...Array.from({ length: 100 }, () => 1), 100, 100])
  for (const fire of turns.splice(0)) fire()
  expect(sent.at(-1)).toHaveLength(50)
  sender.add('info', 'next')
  expect(sent.at(-1)).toEqual(['next'])
})

test('what has no text is said to have none, and long text is cut', () => {
  const { sent, sender } = record()
  sender.add('info', Object.create(null))
  sender.add('info', 'x'.repeat(20_000))
  expect(sent[0]).toEqual(['object that cannot be shown'])
  expect(sent[1]?.[0]).toHaveLength(16_385)
})
