/**
 * What a terminal may obey or hide: control characters (C0, DEL, C1), line and paragraph separators, format characters such as
 * bidi overrides and zero-width spaces, and halves of surrogate pairs. The two joiners stay: emoji and several scripts need them.
 */
const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** The same in JSON text, where the line feeds are those of its indentation: strings have none any more. */
const UNSAFE_IN_JSON = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/**
 * Makes any text safe to print: what a terminal would obey becomes visible as `\u{1b}`, a line stays one line.
 * Everything that is printed goes through here or through `escapeJson`; `printer.ts` is the only caller that writes.
 */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** Makes JSON text safe to print without changing what it means: unsafe characters become JSON's own `\u001b`. */
export function escapeJson(json: string): string {
  return json.replace(UNSAFE_IN_JSON, (character) => {
    let escaped = ''
    for (let unit = 0; unit < character.length; unit++) {
      escaped += `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`
    }
    return escaped
  })
}
