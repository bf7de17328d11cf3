/**
 * Numbers that look random and are the same for the same seed, so that a run that failed can be run again.
 */

/**
 * @typedef {object} Random
 * @property {() => number} next at least 0 and below 1
 * @property {(low: number, high: number) => number} between a number of at least `low` and below `high`
 * @property {(low: number, high: number) => number} whole a whole number from `low` to `high`, both included
 * @property {<T>(choices: readonly T[]) => T} pick
 */

/**
 * Mulberry32: one 32-bit state, good enough to choose moments.
 * @param {number} seed
 * @returns {Random}
 */
export function seededRandom(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (/** @type {number} */ low, /** @type {number} */ high) => low + next() * (high - low)
  const whole = (/** @type {number} */ low, /** @type {number} */ high) => Math.floor(between(low, high + 1))
  return {
    next,
    between,
    whole,
    pick: (choices) => /** @type {(typeof choices)[number]} */ (choices[whole(0, choices.length - 1)]),
  }
}

/** A seed for a run that was given none. */
export function drawSeed() {
  return Math.floor(Math.random() * 2 ** 31)
}
