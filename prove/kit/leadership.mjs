/**
 * What became of the lead, from what schedulers tell and from what was done to them: pure functions.
 */

/** Something that was done to the leader: when, on the clock that all processes share, and to which process. @typedef {{ readonly kind: 'kill' | 'freeze' | 'terminate', readonly at: number, readonly pid: number }} Strike */

/** What a scheduler has told. @typedef {{ readonly what: 'became-leader' | 'lost-leadership', readonly term: number, readonly at: number, readonly pid: number }} Told */

/**
 * How long nobody led after each strike: until another process tells that it leads; `Infinity` when none did before the next strike.
 * @param {readonly Strike[]} strikes in their order
 * @param {readonly Told[]} told
 * @returns {number[]}
 */
export function gapsOf(strikes, told) {
  return strikes.map(({ at, pid }, index) => {
    const until = strikes[index + 1]?.at ?? Infinity
    const next = told
      .filter((one) => one.what === 'became-leader' && one.at > at && one.at <= until && one.pid !== pid)
      .map((one) => one.at)
    return Math.min(...next, Infinity) - at
  })
}

/**
 * Terms that do not grow from one leader to the next, in the order of time.
 * @param {readonly Told[]} told
 * @returns {number[]}
 */
export function termsBackwards(told) {
  const terms = told
    .filter(({ what }) => what === 'became-leader')
    .toSorted((a, b) => a.at - b.at)
    .map(({ term }) => term)
  return terms.filter((term, index) => index > 0 && term <= (terms[index - 1] ?? 0))
}

/**
 * Leaders who took office while another one, neither struck nor having told that it leads no more, was leading.
 * @param {readonly Strike[]} strikes
 * @param {readonly Told[]} told
 * @returns {Told[]}
 */
export function leadersAtOnce(strikes, told) {
  const reigns = told
    .filter(({ what }) => what === 'became-leader')
    .map((from) => {
      const ends = [
        ...told.filter(({ what, pid, at }) => what === 'lost-leadership' && pid === from.pid && at >= from.at),
        // One that stands still leads nobody, whatever it thinks when it goes on.
        ...strikes.filter(({ pid, at }) => pid === from.pid && at >= from.at),
      ].map(({ at }) => at)
      return { from, until: Math.min(...ends, Infinity) }
    })
  return reigns
    .filter(({ from }) =>
      reigns.some((other) => other.from !== from && other.from.at <= from.at && from.at < other.until),
    )
    .map(({ from }) => from)
}
