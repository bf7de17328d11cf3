/**
 * Puts the vectors of a file to the engine, by the rules that the file states for each class.
 */

/**
 * @typedef {object} Vector
 * @property {string} id
 * @property {string} flavor
 * @property {string} class
 * @property {string} expr
 * @property {string} tz
 * @property {string} from
 * @property {number} count
 * @property {string} [anchor]
 * @property {Answer} expected
 * @property {Record<string, Answer>} [by_policy]
 * @property {readonly Answer[]} [accept]
 */

/** Instants in UTC, or that the expression is refused. @typedef {readonly string[] | 'error'} Answer */

/**
 * The engine under test, as its users have it.
 * @typedef {(text: string, options: { timeZone: string, dialect: string, anchor: Date, dst?: string }) => {
 *   next(after: Date): Date | null, previous(before: Date): Date | null }} Parse
 */

/**
 * @typedef {object} Outcome
 * @property {Vector} vector
 * @property {'pass' | 'fail' | 'skip'} verdict
 * @property {string} expected
 * @property {string} got
 * @property {number} ms of the slowest call
 */

/** How the engine calls what the file calls a flavor. */
const dialects = new Map([
  ['unix5', 'cron'],
  ['sec6', 'cron'],
  ['ext5', 'cron'],
  ['ext6', 'cron'],
  ['macro', 'cron'],
  ['quartz', 'quartz'],
  ['eventbridge', 'eventbridge'],
  ['rate', 'eventbridge'],
  ['at', 'eventbridge'],
  ['robfig', 'robfig'],
])

/** The manual says which rule each dialect follows by default; vectors whose answer depends on it must agree with that. */
const standardRules = new Map([
  ['quartz', 'skip-once'],
  ['eventbridge', 'skip-once'],
])

/**
 * @param {Vector} vector
 * @param {Parse} parse
 * @param {string} [rule] instead of the dialect's own
 * @returns {Outcome}
 */
export function checkVector(vector, parse, rule) {
  const dialect = dialects.get(vector.flavor)
  const accepted = dialect === undefined ? null : acceptedAnswers(vector, rule ?? standardRules.get(dialect) ?? 'vixie')
  if (dialect === undefined || accepted === null) {
    return {
      vector,
      verdict: 'skip',
      expected: '',
      got: `no such flavor, class or policy: ${vector.flavor}, ${vector.class}`,
      ms: 0,
    }
  }
  const { answer, ms, mistakes } = ask(vector, parse, dialect, rule)
  const isRight = accepted.some((one) => isSame(one, answer)) && mistakes.length === 0
  return {
    vector,
    verdict: isRight ? 'pass' : 'fail',
    expected: accepted.map(show).join(' or '),
    got: [show(answer), ...mistakes].join('; '),
    ms,
  }
}

/**
 * @param {Vector} vector
 * @param {string} rule
 * @returns {readonly Answer[] | null}
 */
function acceptedAnswers(vector, rule) {
  if (vector.class === 'disputed') return vector.accept ?? null
  if (vector.class === 'policy') {
    const answer = vector.by_policy?.[rule]
    return answer === undefined ? null : [answer]
  }
  if (vector.class !== 'must' && vector.class !== 'spec') return null
  // "An empty list or an error at creation is acceptable" for what never comes.
  return vector.expected.length === 0 ? [vector.expected, 'error'] : [vector.expected]
}

/**
 * Asks twice, and backwards too: the answers must not differ.
 * @param {Vector} vector
 * @param {Parse} parse
 * @param {string} dialect
 * @param {string} [rule]
 */
function ask({ expr, tz, from, count, anchor }, parse, dialect, rule) {
  const watch = new Watch()
  // Without an anchor an interval counts from the moment it is made, which here is `from`.
  const options = {
    timeZone: tz,
    dialect,
    anchor: new Date(anchor ?? from),
    ...(rule === undefined ? {} : { dst: rule }),
  }
  /** @type {string[]} */
  const mistakes = []
  /** @type {Date[]} */
  const found = []
  try {
    const schedule = watch.time(() => parse(expr, options))
    for (let after = new Date(from); found.length < count;) {
      const tick = watch.time(() => schedule.next(after))
      if (tick === null) break
      if (!(tick > after)) mistakes.push(`next(${after.toISOString()}) is not later`)
      if (watch.time(() => schedule.next(after))?.getTime() !== tick.getTime())
        mistakes.push('asked twice, two answers')
      found.push(tick)
      after = tick
    }
    for (const [index, tick] of found.entries()) {
      const earlier = found[index - 1]
      if (earlier === undefined) continue
      const back = watch.time(() => schedule.previous(tick))
      if (back?.getTime() !== earlier.getTime())
        mistakes.push(`previous(${tick.toISOString()}) is ${back?.toISOString() ?? 'none'}`)
    }
    return { answer: found.map(instantText), ms: watch.slowestMs, mistakes }
  } catch (error) {
    if (!isRefusal(error)) throw error
    return { answer: /** @type {const} */ ('error'), ms: watch.slowestMs, mistakes }
  }
}

/** Times calls, whether they return or throw. */
class Watch {
  slowestMs = 0

  /**
   * @template T
   * @param {() => T} call
   * @returns {T}
   */
  time(call) {
    const startedAt = performance.now()
    try {
      return call()
    } finally {
      this.slowestMs = Math.max(this.slowestMs, performance.now() - startedAt)
    }
  }
}

/**
 * A refusal says what is wrong, where, and what was expected.
 * @param {unknown} error
 */
function isRefusal(error) {
  const { code, facts } = /** @type {{ code?: unknown, facts?: Record<string, unknown> }} */ (error)
  if (code !== 'SCHEDULE_INVALID' || facts === undefined) return false
  return (
    [facts['field'], facts['expected']].every((one) => typeof one === 'string' && one !== '') &&
    Number.isInteger(facts['position'])
  )
}

/**
 * @param {Answer} a
 * @param {Answer} b
 */
function isSame(a, b) {
  return show(a) === show(b)
}

/** @param {Date} date */
const instantText = (date) => date.toISOString().replace('.000Z', 'Z')

/** @param {Answer} answer */
const show = (answer) => (answer === 'error' ? 'refused' : `[${answer.join(' ')}]`)
