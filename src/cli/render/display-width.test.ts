import { expect, it } from 'vitest'
import { cutToWidth, displayWidth } from './display-width.js'

it.each([
  ['', 0],
  ['plain', 5],
  ['Größe', 5],
  ['東京', 4],
  ['e\u0301', 1],
  ['🚀', 2],
])('%j takes %i cells', (text, width) => {
  expect(displayWidth(text)).toBe(width)
})

it.each([
  ['fits', 4, 'fits'],
  ['too long', 5, 'too …'],
  ['東京都', 5, '東京…'],
  ['東京都', 4, '東…'],
  ['🚀🚀🚀', 4, '🚀…'],
])('cuts %j to %i cells as %j', (text, width, cut) => {
  expect(cutToWidth(text, width)).toBe(cut)
})
