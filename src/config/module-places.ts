import { lineStarts, placeAt } from './places.js'
import { type Token, tokensOf } from './module-tokens.js'
import type { ConfigPath, ConfigSource } from './source.js'

/** An object or a list that a program spells out. */
interface Literal {
  /** Where the key before it stands, or itself. */
  readonly keyOffset: number
  readonly offset: number
  readonly members: ReadonlyMap<string | number, Literal>
}

const OPENING: ReadonlyMap<string, string> = new Map([
  ['{', '}'],
  ['[', ']'],
  ['(', ')'],
])

/**
 * Where a program that exports a config spells out its values: `export default { ... }`, also inside `defineConfig(...)`, or a constant
 * of the module. Of what is computed elsewhere, the place is the nearest key around it. Read, never run.
 */
export function placesIn(program: string): Pick<ConfigSource, 'placeOf'> {
  const starts = lineStarts(program)
  const tokens = tokensOf(program)
  const start = exported(tokens)
  const root = start === null ? null : new Reader(tokens).read(start, null).literal
  return {
    placeOf: (path, part) =>
      root === null ? { line: null, column: null } : placeAt(starts, offsetOf(root, path, part)),
  }
}

function offsetOf(root: Literal, path: ConfigPath, part: 'key' | 'value'): number {
  let at = root
  for (const key of path) {
    const below = at.members.get(key)
    if (below === undefined) return at.keyOffset
    at = below
  }
  return part === 'key' ? at.keyOffset : at.offset
}

/** The index of the token where the exported object begins; null when nobody can tell without running it. */
function exported(tokens: readonly Token[]): number | null {
  const at = tokens.findIndex(({ value }, index) => value === 'default' && tokens[index - 1]?.value === 'export')
  return at === -1 ? null : objectFrom(tokens, at + 1)
}

function objectFrom(tokens: readonly Token[], at: number): number | null {
  const [first, second] = [tokens[at], tokens[at + 1]]
  if (first?.value === '{' && first.kind === 'sign') return at
  if (first?.kind !== 'word') return null
  if (second?.value === '(') return objectFrom(tokens, at + 2)
  const declared = tokens.findIndex(
    ({ value }, index) => value === first.value && tokens[index - 1]?.value === 'const' && index !== at,
  )
  const equals = declared === -1 ? -1 : tokens.findIndex(({ value }, index) => index > declared && value === '=')
  // A constant is declared before it is used, so each step goes up the file and this ends.
  return equals === -1 || equals + 1 >= at ? null : objectFrom(tokens, equals + 1)
}

/** Reads literals of a program, one behind the other. */
class Reader {
  readonly #tokens: readonly Token[]

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  /** The value at a token, and the index behind it: that of a comma, or of what closes the object around it. */
  read(start: number, keyOffset: number | null): { readonly literal: Literal; readonly end: number } {
    const token = this.#tokens[start]
    const offset = token?.offset ?? 0
    const members = new Map<string | number, Literal>()
    let end = start
    if (this.#isSign(start, '{')) end = this.#readObject(start + 1, members)
    if (this.#isSign(start, '[')) end = this.#readList(start + 1, members)
    return { literal: { keyOffset: keyOffset ?? offset, offset, members }, end: this.#skip(end) }
  }

  #readObject(start: number, members: Map<string | number, Literal>): number {
    let at = start
    while (at < this.#tokens.length && !this.#isSign(at, '}')) {
      const key = this.#tokens[at]
      const isPlain = key !== undefined && key.kind !== 'sign'
      if (isPlain && this.#isSign(at + 1, ':')) {
        const { literal, end } = this.read(at + 2, key.offset)
        members.set(key.value, literal)
        at = end
      } else {
        if (isPlain) members.set(key.value, { keyOffset: key.offset, offset: key.offset, members: new Map() })
        at = this.#skip(at)
      }
      if (this.#isSign(at, ',')) at++
      else if (!this.#isSign(at, '}')) return this.#tokens.length // no object after all
    }
    return at + 1
  }

  #readList(start: number, members: Map<string | number, Literal>): number {
    let at = start
    for (let index = 0; at < this.#tokens.length && !this.#isSign(at, ']'); index++) {
      const { literal, end } = this.read(at, null)
      members.set(index, literal)
      at = this.#isSign(end, ',') ? end + 1 : end
      if (!this.#isSign(end, ',') && !this.#isSign(end, ']')) return this.#tokens.length
    }
    return at + 1
  }

  /** Behind the rest of an expression: at a comma, or at what closes something around it. */
  #skip(start: number): number {
    const closing: string[] = []
    for (let at = start; at < this.#tokens.length; at++) {
      const { kind, value } = this.#tokens[at] ?? { kind: 'word', value: '' }
      if (kind !== 'sign') continue
      if (closing.length === 0 && /^[,}\])]$/.test(value)) return at
      const opens = OPENING.get(value)
      if (opens !== undefined) closing.push(opens)
      else if (value === closing.at(-1)) closing.pop()
    }
    return this.#tokens.length
  }

  #isSign(at: number, value: string): boolean {
    const token = this.#tokens[at]
    return token?.kind === 'sign' && token.value === value
  }
}
