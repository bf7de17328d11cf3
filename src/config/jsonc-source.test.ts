import { describe, expect, test } from 'vitest'
import { parseJsonc, readJsonc } from './jsonc-source.js'
import { problemLine, Problems } from './problems.js'
import type { ConfigPath } from './source.js'

const FILE = '/app/rota.json'

function parse(text: string): { readonly lines: readonly string[]; readonly value: unknown } {
  const problems = new Problems()
  const source = parseJsonc(FILE, text, problems)
  return { lines: linesOf(problems), value: source?.value ?? null }
}

function linesOf(problems: Problems): readonly string[] {
  const { facts } = problems.invalid({ file: FILE, folder: '/app' })
  return (facts['problems'] as Parameters<typeof problemLine>[0][]).map((problem) => problemLine(problem, '/app'))
}

describe('a file of JSON', () => {
  test('may have comments and commas at the end', () => {
    expect(parse('// what\n{ "a": [1, 2,], /* why */ "b": { "c": null, }, }')).toEqual({
      lines: [],
      value: { a: [1, 2], b: { c: null } },
    })
  })

  test('is told where it is none, once for each line, and without any word of its texts', () => {
    expect(parse('{\n  "a" 1,\n  b: "secret",\n  "c": "sec\n}').lines).toEqual([
      'rota.json:2:7: expected ":" behind the key, got something else',
      'rota.json:3:3: expected JSON, where keys and texts stand in double quotes, got something else',
      'rota.json:4:8: expected a double quote at the end of the text, got something else',
    ])
  })

  test.each([
    ['', 'rota.json:1:1: expected an object, got nothing that can be read'],
    ['{', 'rota.json:1:2: expected "}", got the end of the file'],
    ['{} {}', 'rota.json:1:4: expected nothing behind the value, got "{"'],
    ['{ "a": 1 "b": 2 }', 'rota.json:1:10: expected "," before the next entry, got something else'],
    ['['.repeat(500_000), 'rota.json:1:1: expected an object, got nothing that can be read'],
  ])('is refused when it is %.20s', (text, line) => {
    expect(parse(text)).toEqual({ lines: [line], value: null })
  })

  test('says each key once: the second would hide the first', () => {
    expect(parse('{ "a": 1,\n  "b": [{ "c": 1, "c": 2 }],\n  "a": 3 }').lines).toEqual([
      'rota.json:2:19: b[0].c: expected each key once, got "c" again',
      'rota.json:3:3: a: expected each key once, got "a" again',
    ])
  })

  test('is a text in UTF-8 that is there and not too large', async () => {
    const problems = new Problems()
    expect(await readJsonc('/app/no/such/file.json', problems)).toBeNull()
    expect(linesOf(problems)[0]).toMatch(/^no.such.file\.json: expected a file that can be read, got ENOENT/)
  })
})

test.each<[ConfigPath, 'key' | 'value', string]>([
  [[], 'value', '1:1'],
  [['a'], 'key', '2:3'],
  [['a'], 'value', '2:8'],
  [['a', 1], 'value', '3:1'],
  [['a', 1, 'b'], 'key', '3:3'],
  [['a', 1, 'b'], 'value', '3:8'],
  [['a', 1, 'gone'], 'value', '3:1'],
  [['a', 7, 'gone'], 'key', '2:3'],
  [['gone'], 'value', '1:1'],
])('%j is found by its %s at %s', (path, part, place) => {
  const source = parseJsonc(FILE, '{\r\n  "a": [1,\n{ "b": 2 }]}', new Problems())
  const { line, column } = source?.placeOf(path, part) ?? { line: null, column: null }
  expect(`${line}:${column}`).toBe(place)
})

test('digits that a number loses are found in a value, and nowhere else', () => {
  const source = parseJsonc(
    FILE,
    '{ "a": 12345678901234567890, "b": { /* 12345678901234567890 */ "c": 1 } }',
    new Problems(),
  )
  expect(source?.lostDigits(['a'])).toBe('12345678901234567890')
  expect(source?.lostDigits(['b'])).toBeNull()
})
