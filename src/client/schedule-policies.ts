import type { DurationInput } from '../model/policy.js'
import type { MissedPolicy, OverlapPolicy } from '../model/schedule-record.js'
import type { DurationMs, EpochMs } from '../model/units.js'
import { parseDuration } from '../time/duration.js'
import { toInstant } from './instant.js'
import type { MissedInput } from './schedule-options.js'

/** Ticks that `missed: { all }` may make up for at a time. */
const MISSED_MAX = 1_000

/** A job needs some time to be claimed at all; the limit that asyncjobs has. */
const DEADLINE_MS_MIN: DurationMs = 30_000

/** Whoever wants to spread work over more than a month wants another schedule. */
const JITTER_MS_MAX: DurationMs = 30 * 86_400_000

const OVERLAPS: readonly OverlapPolicy[] = ['allow', 'skip', 'queue-one', 'cancel-running']

export function readMissed(missed: MissedInput = 'latest'): MissedPolicy {
  if (missed === 'latest' || missed === 'skip') return missed
  const { all } = missed as { readonly all?: { readonly max: number; readonly within: DurationInput } }
  if (typeof all !== 'object') {
    const expected = 'expected "latest", "skip" or { all: { max, within } }'
    throw new TypeError(`schedule: missed: ${expected}, got ${JSON.stringify(missed)}`)
  }
  checkWhole('missed.all.max', all.max, MISSED_MAX)
  return { all: { max: all.max, withinMs: parseDuration(all.within, 'schedule: missed.all.within') } }
}

export function readOverlap(overlap: OverlapPolicy = 'allow'): OverlapPolicy {
  if (OVERLAPS.includes(overlap)) return overlap
  const expected = OVERLAPS.map((one) => `"${one}"`).join(', ')
  throw new TypeError(`schedule: overlap: expected one of ${expected}, got ${JSON.stringify(overlap)}`)
}

export function readJitter(jitter: DurationInput = 0): DurationMs {
  return parseDuration(jitter, 'schedule: jitter', { maxMs: JITTER_MS_MAX })
}

/**
 * A deadline as an offset. An instant counts from now, to the nearest second: `new Date(Date.now() + hour)` in a program that
 * says it at every start is one hour each time.
 */
export function readDeadline(deadline: Date | DurationInput, now: EpochMs): DurationMs {
  if (!(deadline instanceof Date)) return parseDuration(deadline, 'schedule: deadline', { minMs: DEADLINE_MS_MIN })
  const offsetMs = Math.round((toInstant(deadline, 'schedule: deadline') - now) / 1_000) * 1_000
  if (offsetMs >= DEADLINE_MS_MIN) return offsetMs
  const expected = `expected an instant at least ${DEADLINE_MS_MIN / 1_000} seconds from now`
  throw new TypeError(
    `schedule: deadline: ${expected}, got ${deadline.toISOString()}, ${offsetMs / 1_000} seconds from now`,
  )
}

export function checkWhole(what: string, value: number, max: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return
  throw new TypeError(`schedule: ${what}: expected a whole number from 1 to ${max}, got ${String(value)}`)
}

/** In characters; as much as EventBridge takes for a rule. */
const DESCRIPTION_LENGTH_MAX = 512

/** Left out stays left out, so that definitions from before there were descriptions stay equal. */
export function readDescription(description: unknown): { readonly description?: string } {
  if (description === undefined) return {}
  const expected = `expected text of 1 to ${DESCRIPTION_LENGTH_MAX} characters`
  if (typeof description !== 'string') {
    throw new TypeError(`schedule: description: ${expected}, got ${description === null ? 'null' : typeof description}`)
  }
  const { length } = description
  if (length === 0 || length > DESCRIPTION_LENGTH_MAX || !description.isWellFormed()) {
    throw new TypeError(`schedule: description: ${expected}, got ${length}`)
  }
  return { description }
}

export function checkFlag(what: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return
  throw new TypeError(`schedule: ${what}: expected true or false, got ${value === null ? 'null' : typeof value}`)
}
