/**
 * The mixed load that every subject gets: ten lanes (two priorities in five queues), a unique key on every tenth job,
 * a payload of about 100 bytes. One queue and one priority would hide what lanes and keys cost.
 */

/** @typedef {{ n: number, queue: number, priority: 2 | 4, unique: string | undefined, payload: Payload }} Job */
/** @typedef {{ n: number, to: string, subject: string, total: number }} Payload */

export const QUEUES = 5

/**
 * The job number `n`; the same for the same number.
 * @param {number} n
 * @returns {Job}
 */
export function makeJob(n) {
  return {
    n,
    queue: n % QUEUES,
    priority: n % 2 === 0 ? 2 : 4,
    unique: n % 10 === 0 ? `invoice-${n}` : undefined,
    payload: { n, to: `customer-${n}@example.com`, subject: 'Your invoice of this month is here', total: n * 1.25 },
  }
}

/**
 * Jobs `from` to `from + count - 1`.
 * @param {number} from
 * @param {number} count
 */
export function makeJobs(from, count) {
  return Array.from({ length: count }, (_, index) => makeJob(from + index))
}
