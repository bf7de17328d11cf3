/**
 * Mistakes that were put into a file on purpose. Files of JSON with comments are their own list of what is expected: behind a
 * line that is wrong stands how its message begins, `// ! stacks.orders: expected ...`.
 */

const MARK = /\/\/ ! (.+)$/

/**
 * The mistakes that the lines of a file confess to: where they are, and how what is said of them begins.
 * @param {string} file
 * @param {string} text
 */
export function mistakesIn(file, text) {
  return text.split('\n').flatMap((line, at) => {
    const says = MARK.exec(line)?.[1]
    return says === undefined ? [] : [{ file, line: at + 1, says }]
  })
}

/**
 * Whether a message names the file and line of a mistake, some column of it, and begins as it should.
 * @param {string} message
 * @param {{ readonly file: string, readonly line: number, readonly says: string }} mistake
 */
export function tellsOf(message, { file, line, says }) {
  const [, place, rest = ''] = /^(\S+:\d+):\d+: ([^]*)$/.exec(message) ?? []
  return place === `${file}:${line}` && rest.startsWith(says)
}
