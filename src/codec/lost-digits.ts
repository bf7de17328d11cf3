/** As much of a number as a message shows. */
const SHOWN_LENGTH_MAX = 40

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/**
 * The first whole number of a JSON text that `JSON.parse` would change, cut for a message; null when there is none. Asked of text
 * that people write: an id with 20 digits would become another one without a word.
 */
export function lostDigits(json: string): string | null {
  for (let at = 0; at < json.length; at++) {
    const char = json.charAt(at)
    if (char === '"') at = endOfString(json, at)
    else if (/[-\d]/.test(char)) {
      NUMBER.lastIndex = at
      const [token] = NUMBER.exec(json) ?? [char]
      if (/^-?\d+$/.test(token) && !keepsDigits(token)) return shown(token)
      at += token.length - 1
    }
  }
  return null
}

/** Not by one expression for the whole text: a string of some megabytes would exhaust the stack of its engine. */
function endOfString(json: string, start: number): number {
  let at = start + 1
  while (at < json.length && json.charAt(at) !== '"') at += json.charAt(at) === '\\' ? 2 : 1
  return at
}

/** Also a length in nanoseconds: large, and full of zeros. */
function keepsDigits(whole: string): boolean {
  const value = Number(whole)
  return Number.isSafeInteger(value) || String(value) === whole
}

function shown(token: string): string {
  return token.length > SHOWN_LENGTH_MAX ? `${token.slice(0, SHOWN_LENGTH_MAX)}...` : token
}
