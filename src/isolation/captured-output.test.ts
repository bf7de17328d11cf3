import { expect, test } from 'vitest'
import { attemptMark } from './attempt-mark.js'
import { CapturedOutput } from './captured-output.js'

test('a mark is found wherever its text is cut', async () => {
  const text = `one\ntwo${attemptMark(12)}three\n`
  for (let cut = 0; cut <= text.length; cut++) {
    const told: string[] = []
    const output = new CapturedOutput((stream, line) => told.push(`${stream} ${line}`))
    output.add('stderr', attemptMark(12))
    output.add('stdout', text.slice(0, cut))
    output.add('stdout', text.slice(cut))
    await output.complete(12)
    output.flush()
    expect(told).toEqual(['stdout one', 'stdout two', 'stdout three'])
  }
})

test('U+0000 that is no mark is a character like any other', () => {
  const told: string[] = []
  const output = new CapturedOutput((_stream, line) => told.push(line))
  output.add('stdout', 'a\u0000b and much more than a mark is long\n')
  output.add('stdout', 'c\u0000')
  output.end()
  expect(told).toEqual(['a\u0000b and much more than a mark is long', 'c\u0000'])
})
