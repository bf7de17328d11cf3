/**
 * Forms of targets, and whether they are reached.
 *
 * Rates and delays were asked for on a machine whose floor is known. Where the floor of this machine, in the same rounds, is
 * slower, nothing on it can be as fast; the same share of the floor is asked for then, and the answer says so.
 */
import { median, pairedRatio } from './statistics.mjs'

/** @typedef {import('./rounds.mjs').Results} Results */

/**
 * @typedef {object} Judged
 * @property {string} says
 * @property {string} got
 * @property {'yes' | 'yes, at the scale of this machine' | 'no'} reached
 */

/** @typedef {(results: Results) => Judged | null} Target null: there are no results for it */

/**
 * Those targets for which there are results.
 * @param {readonly Target[]} targets
 * @param {Results} results
 * @returns {Judged[]}
 */
export function judgeAll(targets, results) {
  return targets.flatMap((judge) => judge(results) ?? [])
}

/**
 * @param {string} entry
 * @param {string} says
 * @param {{ atLeast: number, floorThere: number }} target the rate, and the floor of the machine on which it was asked for
 * @returns {Target}
 */
export function rate(entry, says, { atLeast, floorThere }) {
  return (results) => {
    const value = middle(results, entry, 'rota', 'jobsPerSecond')
    const floor = middle(results, entry, 'floor', 'jobsPerSecond')
    if (value === null) return null
    const share = pairedRatio(results[entry]?.rota, results[entry]?.floor, 'jobsPerSecond') ?? 0
    const scaled = floor !== null && floor < floorThere && share >= atLeast / floorThere
    return {
      says: `${says} >= ${atLeast.toLocaleString('en-US')}/s`,
      got: `${number(value)}/s; floor ${floor === null ? 'not measured' : `${number(floor)}/s`}, there ${number(floorThere)}/s`,
      reached: value >= atLeast ? 'yes' : scaled ? 'yes, at the scale of this machine' : 'no',
    }
  }
}

/**
 * @param {string} entry
 * @param {string} key
 * @param {string} says
 * @param {{ atMost: number, floorThere: number }} target the delay, and the one of the floor of the machine on which it was asked for
 * @returns {Target}
 */
export function delay(entry, key, says, { atMost: limit, floorThere }) {
  return (results) => {
    const value = middle(results, entry, 'rota', key)
    const floor = middle(results, entry, 'floor', key)
    if (value === null) return null
    const share = pairedRatio(results[entry]?.rota, results[entry]?.floor, key) ?? Infinity
    const scaled = floor !== null && floor > floorThere && share <= limit / floorThere
    return {
      says: `${says} <= ${limit}`,
      got: `${number(value)}; floor ${floor === null ? 'not measured' : number(floor)}, there ${number(floorThere)}`,
      reached: value <= limit ? 'yes' : scaled ? 'yes, at the scale of this machine' : 'no',
    }
  }
}

/**
 * @param {string} entry
 * @param {string} says
 * @param {import('./plan.mjs').SubjectName} other
 * @param {number} atLeast
 * @returns {Target}
 */
export function ratioTarget(entry, says, other, atLeast) {
  return (results) => {
    const value = pairedRatio(results[entry]?.rota, results[entry]?.[other], 'jobsPerSecond')
    if (value === null) return null
    return { says: `${says} >= ${atLeast} x`, got: `${number(value)} x`, reached: value >= atLeast ? 'yes' : 'no' }
  }
}

/**
 * @param {string} entry
 * @param {string} key
 * @param {string} says
 * @param {number} limit
 * @returns {Target}
 */
export function atMost(entry, key, says, limit) {
  return (results) => {
    const value = middle(results, entry, 'rota', key)
    return value === null
      ? null
      : { says: `${says} <= ${limit}`, got: number(value), reached: value <= limit ? 'yes' : 'no' }
  }
}

/**
 * @param {number} atLeast
 * @returns {Target}
 */
export function backlogTarget(atLeast) {
  return (results) => {
    const value = pairedRatio(results['process-1m']?.rota, results['process-100k']?.rota, 'jobsPerSecond')
    if (value === null) return null
    return {
      says: `process rate with a backlog of 1 M, to 100 k >= ${atLeast} x`,
      got: `${number(value)} x`,
      reached: value >= atLeast ? 'yes' : 'no',
    }
  }
}

/**
 * @param {Results} results
 * @param {string} entry
 * @param {'rota' | 'floor'} subject
 * @param {string} key
 */
function middle(results, entry, subject, key) {
  const values = (results[entry]?.[subject] ?? []).flatMap((figures) => figures[key] ?? [])
  return values.length === 0 ? null : median(values)
}

/** @param {number} value */
function number(value) {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : Number(value.toPrecision(3)).toString()
}
