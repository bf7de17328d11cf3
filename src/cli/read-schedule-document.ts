import type { MissedInput, ScheduleOptions } from '../client/schedule-options.js'
import { UsageError } from './exit.js'
import { readInstant } from './arguments.js'
import { parseJsonText, type GivenText } from './read-json.js'

/** What a document says that a schedule should be; it may leave out anything. */
export interface ScheduleDocument {
  readonly name?: string
  readonly schedule?: string
  readonly task?: string
  readonly payload?: unknown
  /** Checked by the client, as those of any program are. */
  readonly options: ScheduleOptions
}

const NS_PER_MS = 1_000_000

/** Keys of `rota task cron view --json` that tell how a schedule has gone so far: nothing that one could be told to do. */
const TOLD: ReadonlySet<string> = new Set([
  'created_at',
  'fired',
  'lastTickAt',
  'late',
  'manual',
  'nextTickAt',
  'owner',
  'pausedFor',
  'revision',
  'skipped',
  'skippedBy',
  'status',
  'updatedAt',
])

type Reader = (value: unknown) => unknown

/** What a schedule is made of beside its options, by the keys of a document. */
const PARTS = new Map<string, readonly [part: keyof ScheduleDocument, read: Reader]>([
  ['name', ['name', text]],
  ['schedule', ['schedule', text]],
  ['task_type', ['task', text]],
  ['payload', ['payload', (value) => value]],
])

/** `deadline` and `max_tries` in the spelling of older versions of asyncjobs too. Both say 0 for "none". */
const OPTIONS = new Map<string, readonly [option: keyof ScheduleOptions, read: Reader]>([
  ['queue', ['queue', text]],
  ['deadline', ['deadline', nanoseconds]],
  ['Deadline', ['deadline', nanoseconds]],
  ['max_tries', ['maxTries', (value) => noneForZero(number(value))]],
  ['MaxTries', ['maxTries', (value) => noneForZero(number(value))]],
  ['description', ['description', text]],
  ['timeZone', ['timeZone', text]],
  ['dialect', ['dialect', text]],
  ['dst', ['dst', text]],
  ['priority', ['priority', number]],
  ['startAt', ['startAt', (value) => readInstant(text(value))]],
  ['endAt', ['endAt', (value) => readInstant(text(value))]],
  ['maxRuns', ['maxRuns', number]],
  ['missed', ['missed', missed]],
  ['overlap', ['overlap', text]],
  ['jitterMs', ['jitter', number]],
  ['pauseOnFailure', ['pauseOnFailure', boolean]],
  ['paused', ['paused', boolean]],
])

/**
 * Reads a schedule as `rota task cron view --json` prints it, and as asyncjobs does. What is null is as if left out;
 * a key that means nothing here is refused, so that no misspelt one goes unheard.
 */
export function readScheduleDocument(given: GivenText): ScheduleDocument {
  const document = parseJsonText(given)
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new UsageError(`${given.from}: expected a JSON object such as rota task cron view --json prints`)
  }
  const parts: Record<string, unknown> = {}
  const options: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(document) as [string, unknown][]) {
    if (value === null || TOLD.has(key)) continue
    const part = PARTS.get(key)
    const [target, name, read] = part === undefined ? [options, ...optionOf(key, given.from)] : [parts, ...part]
    if (name in target) throw new UsageError(`${given.from}: ${key}: expected one spelling of it, got two`)
    target[name] = readValue(read, value, `${given.from}: ${key}`)
  }
  const said = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...parts, options: Object.fromEntries(said) }
}

function optionOf(key: string, from: string): readonly [option: string, read: Reader] {
  const option = OPTIONS.get(key)
  if (option !== undefined) return option
  const known = [...PARTS.keys(), ...OPTIONS.keys()].join(', ')
  throw new UsageError(`${from}: expected the keys ${known}, got ${JSON.stringify(key)}`)
}

function readValue(read: Reader, value: unknown, what: string): unknown {
  try {
    return read(value)
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${what}: ${error.message}`)
    throw error
  }
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new TypeError(`expected text, got ${typeof value}`)
}

function number(value: unknown): number {
  if (typeof value === 'number') return value
  throw new TypeError(`expected a number, got ${typeof value}`)
}

function boolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new TypeError(`expected true or false, got ${typeof value}`)
}

function noneForZero(value: number): number | undefined {
  return value === 0 ? undefined : value
}

/** In whole milliseconds; what is less than one stays a length, which the client refuses with the others that are too short. */
function nanoseconds(value: unknown): number | undefined {
  const length = number(value)
  return noneForZero(Math.round(length / NS_PER_MS) || Math.sign(length))
}

/** The stored form, which has milliseconds; the client refuses words that it does not know. */
function missed(value: unknown): MissedInput {
  if (typeof value === 'string') return value as MissedInput
  const { all } = value as { readonly all?: { readonly max?: unknown; readonly withinMs?: unknown } | null }
  if (typeof all !== 'object' || all === null)
    throw new TypeError('expected "latest", "skip" or { all: { max, withinMs } }')
  return { all: { max: number(all.max), within: number(all.withinMs) } }
}
