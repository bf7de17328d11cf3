/**
 * The figures that rota has to reach on SQLite, and whether it does.
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

/** @type {readonly ((results: Results) => Judged | null)[]} */
const TARGETS = [
  rate('process-100k', 'process, default settings', { atLeast: 60_000, floorThere: 114_000 }),
  ratioTarget('process-100k', 'process, to the floor', 'floor', 0.4),
  ratioTarget('process-100k', 'process, to plainjob', 'plainjob', 6),
  atMost('process-100k', 'cpuMsPerThousand', 'process, CPU ms per 1,000', 15),
  rate('enqueue-in-flight', 'enqueue, 100 in flight', { atLeast: 100_000, floorThere: 155_000 }),
  rate('enqueue-batches', 'enqueue, batches', { atLeast: 150_000, floorThere: 298_000 }),
  backlogTarget,
  delay('latency', 'p50Ms', 'idle latency p50, ms', { atMost: 1, floorThere: 1.24 }),
  delay('latency', 'p99Ms', 'idle latency p99, ms', { atMost: 3, floorThere: 2.5 }),
  atMost('growth', 'ratio', 'claim p50 in a full store, to one of 20,000', 1.5),
  // One beat in 10 s and nothing else; one more may fall into the minute.
  atMost('idle', 'callsPerMinute', 'idle worker, store calls in a minute', 7),
  atMost('idle', 'cpuPercent', 'idle worker, percent of a core', 0.2),
  // The scheduler leads, and a leader beats every 3.3 s (law 9).
  atMost('idle-both', 'callsPerMinute', 'idle worker and scheduler, store calls in a minute', 27),
  atMost('lag', 'lagMaxMs', 'event-loop lag while four processes write, ms', 20),
]

/**
 * Those targets for which there are results.
 * @param {Results} results
 * @returns {Judged[]}
 */
export function judgeTargets(results) {
  return TARGETS.flatMap((judge) => judge(results) ?? [])
}

/**
 * @param {string} entry
 * @param {string} says
 * @param {{ atLeast: number, floorThere: number }} target the rate, and the floor of the machine on which it was asked for
 * @returns {(results: Results) => Judged | null}
 */
function rate(entry, says, { atLeast, floorThere }) {
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
 * @returns {(results: Results) => Judged | null}
 */
function delay(entry, key, says, { atMost: limit, floorThere }) {
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
 * @param {'floor' | 'plainjob'} other
 * @param {number} atLeast
 * @returns {(results: Results) => Judged | null}
 */
function ratioTarget(entry, says, other, atLeast) {
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
 * @returns {(results: Results) => Judged | null}
 */
function atMost(entry, key, says, limit) {
  return (results) => {
    const value = middle(results, entry, 'rota', key)
    return value === null
      ? null
      : { says: `${says} <= ${limit}`, got: number(value), reached: value <= limit ? 'yes' : 'no' }
  }
}

/**
 * @param {Results} results
 * @returns {Judged | null}
 */
function backlogTarget(results) {
  const value = pairedRatio(results['process-1m']?.rota, results['process-100k']?.rota, 'jobsPerSecond')
  if (value === null) return null
  return {
    says: 'process rate with a backlog of 1 M, to 100 k >= 0.85 x',
    got: `${number(value)} x`,
    reached: value >= 0.85 ? 'yes' : 'no',
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
