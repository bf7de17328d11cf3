/**
 * What a proof is: one claim of the work order, made true or untrue by real processes on a real store.
 */

/**
 * @typedef {object} Proof
 * @property {string} claims the sentence that is true when the proof succeeds
 * @property {string} takes time, processes and memory, for people
 * @property {string} [file] what the file holds that may be named on the command line; left out: none may
 * @property {Readonly<Record<string, Option>>} options
 * @property {Readonly<Record<string, number | boolean>>} [short] options of the variant that is quick enough for every change; left out: there is none
 * @property {(run: Run) => Promise<Verdict>} prove
 */

/** @typedef {{ readonly default: number | boolean, readonly says: string }} Option */

/**
 * @typedef {object} Run
 * @property {Readonly<Record<string, number>>} numbers the options that are numbers
 * @property {Readonly<Record<string, boolean>>} switches the options that are true or false
 * @property {number} seed
 * @property {import('./random.mjs').Random} random
 * @property {string | null} file named on the command line, if the proof takes one
 * @property {string} folder an empty folder that is removed when the proof succeeds
 * @property {(text: string) => void} say tells whoever watches how far it is
 */

/**
 * @typedef {object} Verdict
 * @property {readonly Finding[]} findings
 * @property {Readonly<Record<string, string | number>>} figures
 */

/** @typedef {{ readonly expected: string, readonly got: string, readonly holds: boolean }} Finding */

/**
 * @param {string} expected
 * @param {boolean} holds
 * @param {string | number} got
 * @returns {Finding}
 */
export function finding(expected, holds, got) {
  return { expected, holds, got: String(got) }
}

/**
 * A finding that holds when the list of offenders is empty; the first few are shown.
 * @param {string} expected
 * @param {readonly unknown[]} offenders
 * @returns {Finding}
 */
export function none(expected, offenders) {
  const shown = offenders.slice(0, 5).map((one) => JSON.stringify(one))
  const more = offenders.length > shown.length ? ` and ${offenders.length - shown.length} more` : ''
  return finding(expected, offenders.length === 0, offenders.length === 0 ? 'none' : `${shown.join(', ')}${more}`)
}
