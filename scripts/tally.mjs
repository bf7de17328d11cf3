/**
 * What a run of the tests came to.
 * @typedef {{ name: string, reason: string }} Skip
 * @typedef {{ passed: number, failed: number, skips: readonly Skip[] }} Tally
 */

/** @type {Tally} */
export const emptyTally = { passed: 0, failed: 0, skips: [] }

/**
 * The closing line of a run, in the form that machines read: `12 passed, 0 failed, 1 skipped`.
 * @param {Tally} tally
 */
export function closingLine({ passed, failed, skips }) {
  return `${passed} passed, ${failed} failed${skips.length === 0 ? '' : `, ${skips.length} skipped`}`
}

/**
 * One line for each skipped test.
 * @param {readonly Skip[]} skips
 */
export const skipLines = (skips) => skips.map(({ name, reason }) => `skipped: ${name}: ${reason}`)

/**
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failed: tallies.reduce((total, { failed }) => total + failed, 0),
    skips: tallies.flatMap(({ skips }) => skips),
  }
}
