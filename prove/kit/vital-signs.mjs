/**
 * Whether somebody came back after troubles, from the instants at which it gave a sign of life: pure functions. All instants are
 * milliseconds of one clock.
 */

/** Something that kept somebody from giving signs; `until` is when it was over. @typedef {{ readonly from: number, readonly until: number }} Trouble */

/**
 * How long it took after each trouble until the next sign; time in which another trouble lasted does not count. `Infinity`: no sign came.
 * @param {readonly number[]} signs
 * @param {readonly Trouble[]} troubles
 * @returns {number[]} one for each trouble, in their order
 */
export function returnsAfter(signs, troubles) {
  const ordered = signs.toSorted((a, b) => a - b)
  return troubles.map(({ until }) => {
    const next = ordered.find((sign) => sign > until)
    return next === undefined ? Infinity : next - until - troubledWithin(troubles, until, next)
  })
}

/**
 * The longest time without a sign between two instants; time in which a trouble lasted does not count.
 * @param {readonly number[]} signs
 * @param {readonly Trouble[]} troubles
 * @param {Trouble} watched
 */
export function longestSilence(signs, troubles, { from, until }) {
  const within = signs.filter((sign) => sign > from && sign < until).toSorted((a, b) => a - b)
  const marks = [from, ...within, until]
  const silences = marks.slice(1).map((mark, index) => {
    const before = marks[index] ?? from
    return mark - before - troubledWithin(troubles, before, mark)
  })
  return Math.max(...silences)
}

/**
 * For how long there was any trouble between two instants.
 * @param {readonly Trouble[]} troubles
 * @param {number} from
 * @param {number} until
 */
function troubledWithin(troubles, from, until) {
  let total = 0
  let reached = from
  for (const trouble of troubles.toSorted((a, b) => a.from - b.from)) {
    const start = Math.max(reached, trouble.from)
    const end = Math.min(until, trouble.until)
    if (end <= start) continue
    total += end - start
    reached = end
  }
  return total
}
