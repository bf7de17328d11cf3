/**
 * One broken rule at one place.
 * @typedef {{ file: string, line: number, what: string, expected: string, got: string }} Offence
 */

/**
 * What a check of the house found: its offences, remarks that fail nothing, and the figures of its summary line.
 * @typedef {{ offences: readonly Offence[], remarks?: readonly Offence[], figures: string }} Findings
 */

/**
 * Prints the findings, one line each and the summary last, and returns the exit code.
 * @param {string} name
 * @param {Findings} findings
 * @returns {0 | 1}
 */
export function report(name, { offences, remarks = [], figures }) {
  for (const remark of remarks) console.log(`remark: ${line(remark)}`)
  for (const offence of offences) console.error(line(offence))
  const verdict = offences.length === 0 ? 'all hold' : `${offences.length} broken`
  console.log(`${name}: ${figures}: ${verdict}`)
  return offences.length === 0 ? 0 : 1
}

/** @param {Offence} offence */
function line({ file, line, what, expected, got }) {
  return `${file}:${line}: ${what}, expected ${expected}, got ${got}`
}
