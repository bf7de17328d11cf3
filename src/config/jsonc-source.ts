import { readFile } from 'node:fs/promises'
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
  stripComments,
} from 'jsonc-parser'
import { lostDigits } from '../codec/lost-digits.js'
import { lineStarts, placeAt } from './places.js'
import { type Problems, shownPath } from './problems.js'
import type { ConfigPath, ConfigSource } from './source.js'

/** Four times what a payload may take: a larger file is no config. */
const FILE_BYTES_MAX = 1_048_576

/** What the parser means, for people. */
const MISTAKES: ReadonlyMap<string, string> = new Map([
  ['InvalidSymbol', 'JSON, where keys and texts stand in double quotes'],
  ['InvalidNumberFormat', 'a number'],
  ['PropertyNameExpected', 'a key in double quotes'],
  ['ValueExpected', 'a value'],
  ['ColonExpected', '":" behind the key'],
  ['CommaExpected', '"," before the next entry'],
  ['CloseBraceExpected', '"}"'],
  ['CloseBracketExpected', '"]"'],
  ['EndOfFileExpected', 'nothing behind the value'],
  ['UnexpectedEndOfComment', '"*/" at the end of the comment'],
  ['UnexpectedEndOfString', 'a double quote at the end of the text'],
  ['UnexpectedEndOfNumber', 'digits'],
  ['InvalidUnicode', 'four hexadecimal digits behind "\\u"'],
  ['InvalidEscapeCharacter', 'an escape that JSON knows'],
  ['InvalidCharacter', 'no control character inside a text'],
])

/** Reads a file of JSON with comments and trailing commas. null: it says nothing that can be judged, and `problems` know why. */
export async function readJsonc(file: string, problems: Problems, signal?: AbortSignal): Promise<ConfigSource | null> {
  const text = await readText(file, problems, signal)
  return text === null ? null : parseJsonc(file, text, problems)
}

async function readText(file: string, problems: Problems, signal: AbortSignal | undefined): Promise<string | null> {
  const refuse = (reason: string): null => {
    problems.add({ file, line: null, column: null, path: '', reason })
    return null
  }
  let bytes: Uint8Array
  try {
    bytes = await readFile(file, { signal })
  } catch (error) {
    signal?.throwIfAborted()
    return refuse(`expected a file that can be read, got ${error instanceof Error ? error.message : String(error)}`)
  }
  if (bytes.length > FILE_BYTES_MAX) return refuse(`expected at most ${FILE_BYTES_MAX} bytes, got ${bytes.length}`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refuse('expected text in UTF-8, got other bytes')
  }
}

/** The same for a text that was read before. */
export function parseJsonc(file: string, text: string, problems: Problems): ConfigSource | null {
  const lines = lineStarts(text)
  const errors: ParseError[] = []
  const root = parseOrTooDeep(text, errors)
  tellMistakes(errors, text, (offset, reason) => problems.add({ file, ...placeAt(lines, offset), path: '', reason }))
  if (root === undefined || errors.length > 0) {
    if (errors.length === 0)
      problems.add({ file, line: 1, column: 1, path: '', reason: 'expected an object, got nothing that can be read' })
    return null
  }
  const source: ConfigSource = {
    file,
    value: getNodeValue(root) as unknown,
    placeOf: (path, part) => placeAt(lines, offsetOf(root, path, part)),
    lostDigits: (path) => {
      const node = findNodeAtLocation(root, [...path])
      return node === undefined ? null : lostDigits(stripComments(text.slice(node.offset, node.offset + node.length)))
    },
  }
  tellDoubles(root, [], (path, node) => {
    const reason = `expected each key once, got ${JSON.stringify(node.value)} again`
    problems.add({ file, ...placeAt(lines, node.offset), path: shownPath(path), reason })
  })
  return source
}

/** The parser calls itself for each level: half a million of them are no config but an attack on the stack. */
function parseOrTooDeep(text: string, errors: ParseError[]): Node | undefined {
  try {
    return parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The first of each line: what follows it there is mostly its echo. */
function tellMistakes(
  errors: readonly ParseError[],
  text: string,
  tell: (offset: number, reason: string) => void,
): void {
  let toldTo = -1
  for (const { error, offset } of errors) {
    if (toldTo !== -1 && !text.slice(toldTo, offset).includes('\n')) continue
    toldTo = offset
    const expected = MISTAKES.get(printParseErrorCode(error)) ?? 'JSON'
    tell(offset, `expected ${expected}, got ${shownAt(text, offset)}`)
  }
}

/** Only punctuation and words of the language: a text that was not closed may be a secret. */
function shownAt(text: string, offset: number): string {
  const char = text.slice(offset, offset + 1)
  if (char === '') return 'the end of the file'
  return /^[{}[\]:,'=;()]$/.test(char) ? JSON.stringify(char) : 'something else'
}

function offsetOf(root: Node, path: ConfigPath, part: 'key' | 'value'): number {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length))
    if (node === undefined) continue
    const isProperty = node.parent?.type === 'property'
    // Of what is missing, the key around it says more than its brace.
    const wantsKey = part === 'key' || length < path.length
    return (isProperty && wantsKey ? node.parent : node)?.offset ?? node.offset
  }
  return root.offset
}

function tellDoubles(node: Node, path: ConfigPath, tell: (path: ConfigPath, key: Node) => void): void {
  const seen = new Set<unknown>()
  for (const [at, child] of (node.children ?? []).entries()) {
    if (node.type === 'array') tellDoubles(child, [...path, at], tell)
    if (node.type !== 'object') continue
    const [key, value] = child.children ?? []
    if (key === undefined) continue
    const below = [...path, String(key.value)]
    if (seen.has(key.value)) tell(below, key)
    seen.add(key.value)
    if (value !== undefined) tellDoubles(value, below, tell)
  }
}
