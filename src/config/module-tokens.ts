/** A word, a text or a sign of a program. */
export interface Token {
  readonly kind: 'word' | 'text' | 'sign'
  /** Of a text, what it says; anything else as it stands. */
  readonly value: string
  readonly offset: number
}

const BLANK = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/)+/y
const WORD = /[\p{ID_Start}$_\d][\p{ID_Continue}$\u200c\u200d]*/uy
const QUOTED = /"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'/y

/**
 * Cuts a program into tokens, roughly: templates are one text each, and a regular expression is taken for signs, which is right
 * enough to find the keys of an object.
 */
export function tokensOf(program: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < program.length) {
    const blank = match(BLANK, program, at)
    if (blank !== '') {
      at += blank.length
      continue
    }
    const token = tokenAt(program, at)
    tokens.push(token)
    at += lengthOf(token)
  }
  return tokens
}

function tokenAt(program: string, offset: number): Token {
  const quoted = match(QUOTED, program, offset)
  if (quoted !== '') return { kind: 'text', value: quoted.slice(1, -1), offset }
  if (program[offset] === '`')
    return { kind: 'text', value: program.slice(offset + 1, templateEnd(program, offset) - 1), offset }
  const word = match(WORD, program, offset)
  if (word !== '') return { kind: 'word', value: word, offset }
  return { kind: 'sign', value: program.startsWith('...', offset) ? '...' : program.charAt(offset), offset }
}

function lengthOf({ kind, value }: Token): number {
  return kind === 'text' ? value.length + 2 : value.length
}

/** Behind the last back-tick of a template. */
function templateEnd(program: string, start: number): number {
  for (let at = start + 1; at < program.length; at++) {
    const char = program.charAt(at)
    if (char === '`') return at + 1
    if (char === '\\') at++
    else if (program.startsWith('${', at)) at = insertEnd(program, at + 2) - 1
  }
  return program.length + 1
}

/** Behind the brace that ends what is put into a template: an expression, which may have braces and templates of its own. */
function insertEnd(program: string, start: number): number {
  let depth = 0
  for (let at = start; at < program.length; at++) {
    const char = program.charAt(at)
    if (char === '`') at = templateEnd(program, at) - 1
    else if (char === '{') depth++
    else if (char === '}' && depth-- === 0) return at + 1
  }
  return program.length
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}
