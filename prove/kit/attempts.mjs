/**
 * What became of the attempts at a routine, from what its instances tell and from what was done to them: pure functions.
 */

/** @typedef {{ readonly type: 'start' | 'end' | 'stopped', readonly attempt: number, readonly at: number, readonly pid: number }} Step */
/** @typedef {{ readonly type: 'period-done' | 'lock-lost', readonly period: number, readonly at: number, readonly pid: number }} Mark */
/** @typedef {Step | Mark} Told */

/**
 * @typedef {object} Attempt
 * @property {number} pid
 * @property {number} from
 * @property {number} until its end, the death of its process, or the moment at which that was frozen for longer than a lock lasts
 * @property {'end' | 'stopped' | 'none'} how the last that it told of itself
 * @property {number | null} noticedMs how long after it went on it took one that was frozen for too long to end; null: it was not
 */

/**
 * Attempts in the order of their starts.
 * @param {object} evidence
 * @param {readonly Told[]} evidence.told
 * @param {readonly { readonly pid: number, readonly at: number }[]} evidence.deaths
 * @param {readonly import('./actor.mjs').Absence[]} evidence.freezes those that were longer than a lock lasts
 * @returns {Attempt[]}
 */
export function attemptsOf({ told, deaths, freezes }) {
  const steps = told.flatMap((one) => ('attempt' in one ? [one] : []))
  const starts = steps.filter(({ type }) => type === 'start').toSorted((a, b) => a.at - b.at)
  return starts.map(({ pid, attempt, at: from }) => {
    const last = steps.find((one) => one.type !== 'start' && one.pid === pid && one.attempt === attempt)
    const ends = [last?.at ?? Infinity, deaths.find((one) => one.pid === pid && one.at >= from)?.at ?? Infinity]
    const end = Math.min(...ends)
    const freeze = freezes.find((one) => one.pid === pid && one.from >= from && one.from < end)
    return {
      ...{ pid, from, until: freeze?.from ?? end },
      how: last === undefined || last.type === 'start' ? 'none' : last.type,
      noticedMs: freeze === undefined ? null : end - freeze.until,
    }
  })
}

/**
 * Attempts that began while another one was under way.
 * @param {readonly Attempt[]} attempts
 * @returns {Attempt[]}
 */
export function attemptsAtOnce(attempts) {
  return attempts.filter((one) =>
    attempts.some((other) => other !== one && other.from <= one.from && one.from < other.until),
  )
}
