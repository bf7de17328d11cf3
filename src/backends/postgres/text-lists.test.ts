import { expect, test } from 'vitest'
import { listOf, textsIn } from './text-lists.js'

test('texts come back from a list as they were, line breaks and quotation marks included', () => {
  const texts = ['{"a":"b,{}\\\\"}', 'two\nlines', '\u{1F600}', 'x']
  expect(textsIn(listOf(texts))).toEqual(texts)
})

test('no text can end another, or be taken for none', () => {
  expect(textsIn(listOf(['a\x1fb', '\x1e', 'c\0d']))).toEqual(['a\uFFFDb', '\uFFFD', 'c\uFFFDd'])
})
