/**
 * Texts of many jobs as one: the server takes such a list apart and puts it together in a part of the time that an array takes, in
 * which each quotation mark is escaped.
 */

/** Ends each text but the last. No JSON text has a control character as it stands, and no id or key has one at all. */
const END = '\x1f'

/** The text that stands for none. */
const NONE = '\x1e'

const FOREIGN = /[\0\x1e\x1f]/ // eslint-disable-line no-control-regex -- they are what is looked for
const FOREIGN_ALL = /[\0\x1e\x1f]/g // eslint-disable-line no-control-regex -- the same

/** The mark between two texts, in a statement. */
export const LIST_END = `E'\\x1f'`

/** The array behind a list, in a statement; null stays null. */
export function arrayOfList(list: string): string {
  return `string_to_array(${list}::text, ${LIST_END}, E'\\x1e')`
}

/** Texts, none of which is empty, as a list. What cannot stand in one becomes U+FFFD. */
export function listOf(texts: readonly (string | null)[]): string {
  let list = ''
  for (let at = 0; at < texts.length; at += 1) {
    if (at > 0) list += END
    const text = texts[at]
    if (text === null || text === undefined) list += NONE
    else list += FOREIGN.test(text) ? text.replace(FOREIGN_ALL, '\uFFFD') : text
  }
  return list
}

/** The texts of a list of the server. */
export function textsIn(list: string): readonly string[] {
  return list.split(END)
}
