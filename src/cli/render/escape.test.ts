import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeJson, escapeText } from './escape.js'

const UNSAFE = /\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u

describe('escapeText', () => {
  it.each([
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['two\nlines\r\n', 'two\\u{a}lines\\u{d}\\u{a}'],
    ['\u009b2J', '\\u{9b}2J'],
    ['\u007f', '\\u{7f}'],
    ['a\u2028b\u2029c', 'a\\u{2028}b\\u{2029}c'],
    ['\u202eevil\u2066', '\\u{202e}evil\\u{2066}'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['\u{e0041}tag', '\\u{e0041}tag'],
    ['half \ud800', 'half \\u{d800}'],
  ])('shows %j as %j', (text, shown) => {
    expect(escapeText(text)).toBe(shown)
  })

  it('leaves text of any script and emoji alone', () => {
    const text = 'Größe 東京 مرحبا 👩\u200d🚀 می\u200cخواهم'
    expect(escapeText(text)).toBe(text)
  })

  it('leaves nothing that a terminal obeys, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (UNSAFE.test(escapeText(text))) throw new Error(`unsafe: ${JSON.stringify(text)}`)
      }),
    )
  })
})

describe('escapeJson', () => {
  it('keeps what the JSON means and the lines of its indentation', () => {
    const value = {
      name: '\u001b]0;owned\u0007',
      bidi: '\u202e',
      c1: '\u009b',
      tag: '\u{e0041}',
      line: '\u2028',
      del: '\u007f',
    }
    const json = escapeJson(JSON.stringify(value, null, 2))
    expect(JSON.parse(json)).toEqual(value)
    expect(json.replaceAll('\n', '')).not.toMatch(UNSAFE)
    expect(json.split('\n')).toHaveLength(8)
  })

  it('means the same before and after, whatever the value is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify(value)
        expect(JSON.stringify(JSON.parse(escapeJson(json)))).toBe(json)
      }),
    )
  })
})
