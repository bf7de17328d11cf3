/**
 * Arrays as PostgreSQL writes them. Made here and not by the driver: every driver passes a text on, and nothing is asked about each
 * element but what it is.
 */
export function arrayOf(values: readonly (number | boolean | null)[]): string {
  let text = '{'
  for (let at = 0; at < values.length; at += 1) {
    if (at > 0) text += ','
    const value = values[at]
    text += value === null || value === undefined ? 'NULL' : String(value)
  }
  return `${text}}`
}

const SPECIAL = /["\\]/
const SPECIAL_ALL = /["\\]/g

/** U+0000 is the one character that the server's texts cannot hold; it becomes U+FFFD. */
export function textsOf(values: readonly (string | null)[]): string {
  let text = '{'
  for (let at = 0; at < values.length; at += 1) {
    if (at > 0) text += ','
    const value = values[at]
    if (value === null || value === undefined) text += 'NULL'
    else text += `"${SPECIAL.test(value) ? value.replace(SPECIAL_ALL, '\\$&') : value}"`
  }
  return withoutNul(`${text}}`)
}

/** A text that the server takes. */
export function withoutNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text
}

/** The same for JSON, where such a character stands escaped and is refused when it is taken out. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? withoutNul(part) : part))
}
