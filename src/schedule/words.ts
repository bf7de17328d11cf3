/** A piece of an expression and where it begins. */
export interface Word {
  readonly text: string
  readonly at: number
}

/** The pieces between blanks, tabs and line ends. */
export function splitWords(text: string, at = 0): Word[] {
  return [...text.matchAll(/[^ \t\r\n]+/g)].map((match) => ({ text: match[0], at: at + match.index }))
}

/** The pieces between separators, empty ones included. */
export function splitAt(separator: string, { text, at }: Word): Word[] {
  let start = at
  return text.split(separator).map((piece) => {
    const word = { text: piece, at: start }
    start += piece.length + separator.length
    return word
  })
}
