/**
 * What a run of the tests came to.
 * @typedef {{ name: string, reason: string }} Skip
 * @typedef {{ name: string, message: string }} Failure
 * @typedef {{ passed: number, skips: readonly Skip[], failures: readonly Failure[] }} Tally
 */

/** @type {Tally} */
export const emptyTally = { passed: 0, skips: [], failures: [] }

/**
 * The closing line of a run, in the form that machines read: `12 passed, 0 failed, 1 skipped`.
 * @param {Tally} tally
 */
export function closingLine({ passed, skips, failures }) {
  return `${passed} passed, ${failures.length} failed${skips.length === 0 ? '' : `, ${skips.length} skipped`}`
}

/**
 * One line for each skipped test.
 * @param {readonly Skip[]} skips
 */
export const skipLines = (skips) => skips.map(({ name, reason }) => `skipped: ${name}: ${reason}`)

/** So much of a message is repeated at its end: enough for the findings of a proof, and no flood when a hundred tests fail alike. */
const MESSAGE_LINES_MAX = 30

/**
 * What failed, once more, with the end of its message: who reads the end of a log must not have to ask for its middle.
 * @param {readonly Failure[]} failures
 */
export const failureLines = (failures) =>
  failures.flatMap(({ name, message }) => {
    const [first = '', ...rest] = message.split('\n').filter((line) => line.trim() !== '')
    return [`failed: ${name}: ${first}`, ...rest.slice(-MESSAGE_LINES_MAX).map((line) => `  | ${line}`)]
  })

/**
 * The end of every run: what was skipped, what failed, and the closing line as the very last.
 * @param {Tally} tally
 */
export const closingLines = (tally) => [...skipLines(tally.skips), ...failureLines(tally.failures), closingLine(tally)]

/**
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    skips: tallies.flatMap(({ skips }) => skips),
    failures: tallies.flatMap(({ failures }) => failures),
  }
}
