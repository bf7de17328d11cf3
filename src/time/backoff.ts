import type { Random } from '../model/clock.js'
import type { BackoffPolicy, DurationInput } from '../model/policy.js'
import { HOUR, MINUTE, SECOND, type DurationMs } from '../model/units.js'
import { parseDuration } from './duration.js'

/** How a length is spread: over all of [0, length), or from the length up to so large a share more. */
type Spread = 'full' | number

/** The wait before the next try, once `tries` have failed, before it is spread. */
interface Curve {
  readonly lengthMs: (tries: number) => DurationMs
  readonly spread: Spread
}

/** The part of a policy that is an object. */
type BackoffOptions = Extract<BackoffPolicy, { readonly type: string }>

/** Linear and fixed waits are lengths that somebody asked for: they are spread upwards only, by a tenth. */
const SPREAD_UP = 0.1

/**
 * `1m`, `10m` and `1h` are the tables of asyncjobs (`RetryLinearOneMinute`, `-TenMinutes`, `-OneHour`): a straight line in so many steps,
 * and a wait of `jitter` x base plus up to one base more.
 */
const NAMED: ReadonlyMap<string, Curve> = new Map([
  ['1m', line(SECOND, MINUTE, 20, 0.5)],
  ['10m', line(MINUTE, 10 * MINUTE, 50, 0.9)],
  ['1h', line(10 * MINUTE, HOUR, 20, 0.9)],
  ['exponential', resolveOptions({ type: 'exponential' }, 'backoff')],
  ['linear', resolveOptions({ type: 'linear' }, 'backoff')],
  ['fixed', resolveOptions({ type: 'fixed' }, 'backoff')],
])

/** Throws a `TypeError` that begins with `what` for a policy that makes no sense; call it where the policy is given. */
export function checkBackoff(policy: BackoffPolicy, what: string): void {
  if (typeof policy !== 'function') resolve(policy, what)
}

/**
 * How long to wait before the next try: whole milliseconds from 0 to the policy's maximum, whatever `tries` is (1 after the first failure).
 * `error` is what the try failed with; functions get it. Throws a `TypeError` when a function answers with nonsense.
 */
export function retryDelayMs(policy: BackoffPolicy, tries: number, random: Random, error?: unknown): DurationMs {
  if (typeof policy === 'function')
    return parseDuration(policy(tries, error), `answer of the backoff function for try ${tries}`)
  const { lengthMs, spread } = resolve(policy, 'backoff')
  const length = lengthMs(Math.max(1, tries))
  const drawn = spread === 'full' ? length * random.next() : length + length * spread * random.next()
  return Math.round(drawn)
}

function resolve(policy: string | BackoffOptions | null, what: string): Curve {
  if (typeof policy === 'object' && policy !== null) return resolveOptions(policy, what)
  const curve = NAMED.get(policy ?? '')
  if (curve !== undefined) return curve
  const names = [...NAMED.keys()].map((name) => `"${name}"`).join(', ')
  throw new TypeError(
    `${what} must be one of ${names}, options with a type, or a function, got ${JSON.stringify(policy)}`,
  )
}

/** The base of try n lies n - 1 steps above `fromMs` and stays at the last step. */
function line(fromMs: DurationMs, toMs: DurationMs, steps: number, jitter: number): Curve {
  const stepMs = (toMs - fromMs) / steps
  return { lengthMs: (tries) => jitter * (fromMs + stepMs * Math.min(tries - 1, steps - 1)), spread: 1 / jitter }
}

function resolveOptions(options: BackoffOptions, what: string): Curve {
  const { type, factor = 2, jitter = true } = options
  if (!(factor >= 1 && factor <= 1000))
    throw new TypeError(`${what}.factor must be a number from 1 to 1000, got ${factor}`)
  const length = (input: DurationInput | undefined, name: string, standard: DurationMs): DurationMs =>
    input === undefined ? standard : parseDuration(input, `${what}.${name}`, { minMs: 1 })
  const baseMs = length(options.base, 'base', type === 'exponential' ? SECOND : MINUTE)
  const maxMs = length(options.max, 'max', Math.max(HOUR, baseMs))
  if (maxMs < baseMs)
    throw new TypeError(`${what}.max must not be below base, expected ${baseMs} ms or more, got ${maxMs} ms`)
  const spread = jitter ? SPREAD_UP : 0
  switch (type) {
    case 'fixed':
      return { lengthMs: () => baseMs, spread }
    case 'linear':
      return { lengthMs: (tries) => Math.min(maxMs, baseMs * tries), spread }
    case 'exponential':
      return { lengthMs: (tries) => Math.min(maxMs, baseMs * factor ** (tries - 1)), spread: jitter ? 'full' : 0 }
    default:
      throw new TypeError(`${what}.type must be "exponential", "linear" or "fixed", got ${JSON.stringify(type)}`)
  }
}
