import type { CronFields } from './cron-fields.js'
import { listOf, ordinal, runsOf, stepOf } from './phrases.js'

/** So many times of day are listed; more are put as a rule. */
const TIMES_MAX = 6

/** The times of day of an expression: `at 08:00 and 20:00`, `every 5 minutes from 09:00 to 17:59`. */
export function describeTime({ seconds, minutes, hours }: CronFields): string {
  const [s, m, h] = [[...seconds], [...minutes], [...hours]]
  if (s.length * m.length * h.length <= TIMES_MAX) return `at ${listOf(timesOf(s, m, h))}`
  if (s.length === 1 && s[0] === 0) return describeMinutes(m, h)
  const even = every(s, 60, 'second')
  const second = even ?? `at ${unit('second', s)}`
  if (m.length < 60) return `${second} of ${unit('minute', m)}${during(h)}`
  return `${second}${even === null ? ' of every minute' : ''}${during(h)}`
}

/** Whether the times are listed, so that only the days are left to say. */
export function isListed({ seconds, minutes, hours }: CronFields): boolean {
  return [...seconds].length * [...minutes].length * [...hours].length <= TIMES_MAX
}

function describeMinutes(minutes: readonly number[], hours: readonly number[]): string {
  const step = every(minutes, 60, 'minute')
  if (step !== null) return `${step}${during(hours)}`
  if (minutes.length > 1) return `at ${unit('minute', minutes)} of every hour${during(hours)}`
  const [minute = 0] = minutes
  const past = minute === 0 ? '' : `, at minute ${minute}`
  const hourStep = every(hours, 24, 'hour')
  return hourStep === null ? `every hour${past}${during(hours)}` : `${hourStep}${past}`
}

/** `every minute`, `every 5 minutes`; null for what does not begin at 0 or does not come out even. */
function every(values: readonly number[], span: number, name: string): string | null {
  if (values.length === span) return `every ${name}`
  const step = stepOf(values, span - 1)
  return values[0] === 0 && step !== null && span % step === 0 ? `every ${step} ${name}s` : null
}

/** In which hours, when not in all. */
function during(hours: readonly number[]): string {
  if (hours.length === 24) return ''
  const [first = 0, last = first] = [hours[0], hours.at(-1)]
  const step = stepOf(hours, last)
  if (step !== null && step > 1) return `, in every ${ordinal(step)} hour from ${two(first)}:00 to ${two(last)}:59`
  const spans = runsOf(hours, (hour) => two(hour)).map((run) => {
    const [from = '', to = from] = run.split(' to ')
    return `from ${from}:00 to ${to}:59`
  })
  return ` ${listOf(spans)}`
}

function unit(name: string, values: readonly number[]): string {
  const step = stepOf(values, 59)
  if (step !== null && step > 1) return `every ${ordinal(step)} ${name} from ${values[0] ?? 0}`
  return `${name}${values.length > 1 ? 's' : ''} ${listOf(runsOf(values, String))}`
}

function timesOf(seconds: readonly number[], minutes: readonly number[], hours: readonly number[]): string[] {
  const isWhole = seconds.length === 1 && seconds[0] === 0
  return hours.flatMap((hour) =>
    minutes.flatMap((minute) =>
      seconds.map((second) => `${two(hour)}:${two(minute)}${isWhole ? '' : `:${two(second)}`}`),
    ),
  )
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
