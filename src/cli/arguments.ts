import { InvalidArgumentError } from 'commander'
import type { MissedInput } from '../client/schedule-options.js'
import { JOB_STATES, type ShownState } from '../model/job-state.js'
import type { Priority } from '../model/job.js'
import { keyProblem, nameProblem, type NameKind } from '../model/names.js'
import type { EpochMs } from '../model/units.js'
import { parseDuration, type DurationRange } from '../time/duration.js'

/** Years, months, days, a time, and a zone: without a zone two hosts would disagree about the instant. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** Checks a name given on the command line; a parser for commander. */
export function nameArgument(kind: NameKind): (text: string) => string {
  return (text) => {
    const problem = nameProblem(kind, text)
    if (problem !== null) throw new InvalidArgumentError(problem)
    return text
  }
}

/** As `nameArgument`, for an argument that may be given several times. */
export function nameArguments(kind: NameKind): (text: string, before: readonly string[] | undefined) => string[] {
  const check = nameArgument(kind)
  return (text, before = []) => [...before, check(text)]
}

/** Checks a job id or a unique key. */
export function keyArgument(what: string): (text: string) => string {
  return (text) => {
    const problem = keyProblem(what, text)
    if (problem !== null) throw new InvalidArgumentError(problem)
    return text
  }
}

/** As `keyArgument`, for an argument that may be given several times. */
export function keyArguments(what: string): (text: string, before: readonly string[] | undefined) => string[] {
  const check = keyArgument(what)
  return (text, before = []) => [...before, check(text)]
}

/** Reads a whole number from `min` to `max`. */
export function numberArgument(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN
    if (!(value >= min && value <= max)) {
      throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}, got ${JSON.stringify(text)}`)
    }
    return value
  }
}

/** Reads a priority. */
export function priorityArgument(text: string): Priority {
  return numberArgument(1, 5)(text) as Priority
}

/** Reads a length of time such as `10m`, in milliseconds. */
export function durationArgument(what: string, range?: DurationRange): (text: string) => number {
  return (text) => asArgument(() => parseDuration(/^\d+$/.test(text) ? Number(text) : text, what, range))
}

/** Reads an instant given on the command line; a parser for commander. */
export function instantArgument(text: string): EpochMs {
  return asArgument(() => readInstant(text))
}

/** Reads an instant such as `2026-01-31T08:00:00Z` or `2026-01-31T08:00+01:00`; a `TypeError` for everything else. */
export function readInstant(text: string): EpochMs {
  const at = INSTANT.test(text) ? Date.parse(text) : NaN
  if (!Number.isNaN(at) && isDate(text.slice(0, 10))) return at
  const expected = 'expected an instant with its zone, such as 2026-01-31T08:00:00Z or 2026-01-31T08:00+01:00'
  throw new TypeError(`${expected}, got ${JSON.stringify(text)}`)
}

/** JavaScript takes the 30th of February for the 2nd of March. */
function isDate(date: string): boolean {
  return new Date(Date.parse(date)).toISOString().startsWith(date)
}

/** Reads what becomes of missed ticks: `latest`, `skip`, or `all=10,1h`: at most ten, none older than an hour. */
export function missedArgument(text: string): MissedInput {
  if (text === 'latest' || text === 'skip') return text
  const [, max, within] = /^all=(\d+),(.+)$/.exec(text) ?? []
  if (max !== undefined && within !== undefined) {
    return { all: { max: Number(max), within: durationArgument('all=MAX,WITHIN: WITHIN')(within) } }
  }
  throw new InvalidArgumentError(
    `expected latest, skip or all=MAX,WITHIN such as all=10,1h, got ${JSON.stringify(text)}`,
  )
}

/** Reads one of some words, such as the state of a job. */
export function wordArgument<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((one) => one === text)
    if (word === undefined) {
      throw new InvalidArgumentError(`expected one of ${words.join(', ')}, got ${JSON.stringify(text)}`)
    }
    return word
  }
}

/** Reads the state of a job, as it is on record or as it is shown. */
export const stateArgument: (text: string) => ShownState = wordArgument([...JOB_STATES, 'scheduled', 'retrying'])

/** Reads a header, `name=value`, and adds it to those before it. */
export function headerArgument(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError(`expected NAME=VALUE, got ${JSON.stringify(text)}`)
  return Object.fromEntries([...Object.entries(before), [text.slice(0, at), text.slice(at + 1)]])
}

function asArgument<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof TypeError) throw new InvalidArgumentError(error.message)
    throw error
  }
}
