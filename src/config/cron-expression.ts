/** `5 minutes` of people who do not mind the plural. */
const LENGTH = /^(\d+) +(minute|hour|day|week)s?$/

/** Six fields with a `?` where only EventBridge has one: third, the day of the month, or fifth, the day of the week. */
const EVENTBRIDGE_FIELDS = /^(?:\S+ +){2}(?:\? +\S+ +\S+|\S+ +\S+ +\?) +\S+$/

/**
 * The schedule of a cron as `parseSchedule` reads it. A bare length is `rate(...)` with its unit in the right number, and six bare
 * fields of EventBridge are `cron(...)`: both are what stack files of Awsless hold. Everything else stays as it is.
 */
export function cronExpression(written: string): string {
  const text = written.trim()
  const [, count, unit] = LENGTH.exec(text) ?? []
  if (count !== undefined && unit !== undefined) {
    const [amount, name] = unit === 'week' ? [7 * Number(count), 'day'] : [Number(count), unit]
    return `rate(${amount} ${name}${amount === 1 ? '' : 's'})`
  }
  return EVENTBRIDGE_FIELDS.test(text) ? `cron(${text})` : text
}
