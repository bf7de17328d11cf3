/**
 * Random (expression, zone, instant) triples, put to the engine and to the brute force.
 */
import { isEverPossible, KNOWN_FROM, KNOWN_UNTIL, nextTick, previousTick, stretchesOf } from './brute-force.mjs'

/** @typedef {import('../kit/random.mjs').Random} Random */
/** @typedef {import('./brute-force.mjs').Rule} Rule */
/** @typedef {import('./brute-force.mjs').Stretch} Stretch */
/** @typedef {import('./random-expressions.mjs').Expression} Expression */

/**
 * The engine under test, as its users have it.
 * @typedef {(text: string, options: { timeZone: string, dialect: string, anchor: number, dst?: Rule }) => {
 *   next(after: number): Date | null, previous(before: number): Date | null, matches(at: number): boolean }} Parse
 */

/**
 * @typedef {object} Wrong
 * @property {string} text
 * @property {string} timeZone
 * @property {string} at
 * @property {Rule} rule
 * @property {string} question
 * @property {string} expected
 * @property {string} got
 */

const HOUR = 3_600_000
const DAY = 24 * HOUR

const FROM = Date.UTC(1970, 0, 1)
const UNTIL = Date.UTC(2100, 0, 1)

const neverComes = /expected a day that one of the months|expected a time that the clocks of/

/** The brute force looks so far; beyond that only the absence of anything earlier is compared. */
const DAYS_MAX = 3000

/** @type {readonly (Rule | undefined)[]} */
const rules = [undefined, undefined, 'vixie', 'skip-once', 'wall', 'shift-once']

/**
 * Checks `next`, `previous` and `matches` for so many triples of one dialect, the zones in turn.
 * @param {object} task
 * @param {string} task.dialect
 * @param {(random: Random) => Expression} task.express
 * @param {number} task.count
 * @param {readonly string[]} task.zones
 * @param {Random} task.random
 * @param {Parse} task.parse
 * @param {Map<string, Stretch[]>} task.known the stretches of zones, kept from dialect to dialect
 */
export function checkTriples({ dialect, express, count, zones, random, parse, known }) {
  /** @type {Wrong[]} */
  const wrong = []
  let refused = 0
  for (let index = 0; index < count; index++) {
    const timeZone = zones[index % zones.length] ?? 'UTC'
    const stretches = known.get(timeZone) ?? stretchesOf(timeZone)
    known.set(timeZone, stretches)
    const expression = express(random)
    const rule = random.pick(rules)
    const at = instant(random, stretches)
    const anchor = at - Math.floor(random.between(-3, 40) * (expression.everyMs ?? 0))
    const options = { timeZone, dialect, anchor, ...(rule === undefined ? {} : { dst: rule }) }
    const used =
      rule ?? expression.standard ?? (dialect === 'quartz' || dialect === 'eventbridge' ? 'skip-once' : 'vixie')
    const expected = expectedOf(expression, stretches, used, at, anchor)
    const got = answersOf(parse, expression.text, options, at)
    refused += got === null ? 1 : 0
    const differences = got === null ? refusal(expression, stretches, used) : differencesOf(expected, got, at)
    wrong.push(
      ...differences.map((difference) => ({
        ...{ text: expression.text, timeZone, at: new Date(at).toISOString(), rule: used },
        ...difference,
      })),
    )
  }
  return { checked: count, refused, wrong }
}

/**
 * @param {Expression} expression
 * @param {readonly Stretch[]} stretches
 * @param {Rule} rule
 * @param {number} at
 * @param {number} anchor
 */
function expectedOf({ meaning, offset, everyMs }, stretches, rule, at, anchor) {
  if (everyMs !== undefined) return countFrom(anchor, everyMs, at)
  const used = offset === undefined ? stretches : [{ start: -Infinity, end: Infinity, offset }]
  return {
    next: nextTick(meaning, used, rule, at, DAYS_MAX),
    previous: previousTick(meaning, used, rule, at, DAYS_MAX),
  }
}

/**
 * The ticks of an interval, by counting.
 * @param {number} anchor
 * @param {number} everyMs
 * @param {number} at
 */
function countFrom(anchor, everyMs, at) {
  let tick = anchor + everyMs
  /** @type {number | null} */
  let previous = null
  while (tick <= at) {
    if (tick < at) previous = tick
    tick += everyMs
  }
  return { next: tick, previous }
}

/**
 * What is refused because it never comes must never come.
 * @param {Expression} expression
 * @param {readonly Stretch[]} stretches
 * @param {Rule} rule
 */
function refusal({ meaning }, stretches, rule) {
  const [year] = meaning.years?.size === 1 ? meaning.years : []
  const comes =
    year === undefined
      ? isEverPossible(meaning)
      : nextTick(meaning, stretches, rule, Date.UTC(year - 1, 11, 1), 500) !== null
  return comes ? [{ question: 'parse', expected: 'a schedule', got: 'refused' }] : []
}

/**
 * @param {{ next: number | null, previous: number | null }} expected
 * @param {{ next: number | null, previous: number | null, matches: boolean }} got
 * @param {number} at
 */
function differencesOf(expected, got, at) {
  const reach = (DAYS_MAX - 5) * DAY
  const differences = []
  if (!isAsExpected(expected.next, got.next, at + reach, 1))
    differences.push({ question: 'next', expected: show(expected.next), got: show(got.next) })
  if (!isAsExpected(expected.previous, got.previous, at - reach, -1))
    differences.push({ question: 'previous', expected: show(expected.previous), got: show(got.previous) })
  if (!got.matches) differences.push({ question: 'next matches', expected: 'true', got: 'false' })
  return differences
}

/**
 * What the engine says; null when it refuses the expression because it never comes.
 * @param {Parse} parse
 * @param {string} text
 * @param {Parameters<Parse>[1]} options
 * @param {number} at
 */
function answersOf(parse, text, options, at) {
  try {
    const schedule = parse(text, options)
    const next = schedule.next(at)
    return {
      next: ms(next),
      previous: ms(schedule.previous(at)),
      matches: next === null || schedule.matches(next.getTime()),
    }
  } catch (error) {
    if (error instanceof Error && neverComes.test(error.message)) return null
    throw error
  }
}

/**
 * Half of all instants lie around a change of the clock; many lie on whole hours, minutes and seconds.
 * @param {Random} random
 * @param {readonly Stretch[]} stretches
 */
function instant(random, stretches) {
  const changes = stretches.filter(({ start }) => start > FROM && start < UNTIL)
  const isNearChange = changes.length > 0 && random.next() < 0.5
  const at = isNearChange
    ? random.pick(changes).start + random.between(-1, 1) * random.pick([3, 36, 300]) * HOUR
    : random.between(FROM, UNTIL)
  const grain = random.pick([1, 1000, 60_000, 900_000, HOUR])
  return Math.floor(at / grain) * grain
}

/**
 * @param {number | null} expected
 * @param {number | null} got
 * @param {number} horizon up to where the brute force has looked
 * @param {1 | -1} direction
 */
function isAsExpected(expected, got, horizon, direction) {
  if (expected !== null && !isUnknown(expected)) return expected === got
  if (got === null || isUnknown(got)) return true
  return expected === null && (got - horizon) * direction >= 0
}

/** @param {number} at */
const isUnknown = (at) => at < KNOWN_FROM + 3 * DAY || at > KNOWN_UNTIL - 3 * DAY

/** @param {Date | null} date */
const ms = (date) => date?.getTime() ?? null

/** @param {number | null} at */
const show = (at) => (at === null ? 'none' : new Date(at).toISOString())
