/** The few statistics that a table of measurements needs. */

/**
 * The value below which the fraction `q` of the values lies (nearest rank).
 * @param {readonly number[]} values
 * @param {number} q
 */
export function quantile(values, q) {
  if (values.length === 0) throw new RangeError('quantile: expected at least one value, got none')
  const sorted = [...values].sort((a, b) => a - b)
  return /** @type {number} */ (sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)])
}

/**
 * The middle value; of an even number of values the mean of the two in the middle.
 * @param {readonly number[]} values
 */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return (quantile(sorted, 0.5) + /** @type {number} */ (sorted[Math.floor(middle)])) / 2
}

/**
 * The median of the ratios of round *i* to round *i*; null when one of them was not measured.
 * @param {readonly Record<string, number>[] | undefined} ours
 * @param {readonly Record<string, number>[] | undefined} others
 * @param {string} key
 */
export function pairedRatio(ours, others, key) {
  const ratios = (ours ?? []).flatMap((figures, round) => {
    const [a, b] = [figures[key], others?.[round]?.[key]]
    return a === undefined || b === undefined ? [] : [a / b]
  })
  return ratios.length === 0 ? null : median(ratios)
}
