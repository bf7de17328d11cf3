/** A piece of an expression and where it begins. */
export interface Word {
  readonly text: string
  readonly at: number
}

/** The pieces between blanks, tabs and line ends. */
export function splitWords(text: string, at = 0): Word[] {
  const words: Word[] = []
  let start = -1
  for (let index = 0; index <= text.length; index++) {
    const isBlank = index === text.length || ' \t\r\n'.includes(text.charAt(index))
    if (isBlank && start >= 0) words.push({ text: text.slice(start, index), at: at + start })
    if (isBlank) start = -1
    else if (start < 0) start = index
  }
  return words
}

/** The pieces between separators, empty ones included. */
export function splitAt(separator: string, word: Word): Word[] {
  if (!word.text.includes(separator)) return [word]
  let start = word.at
  return word.text.split(separator).map((text) => {
    const piece = { text, at: start }
    start += text.length + separator.length
    return piece
  })
}
