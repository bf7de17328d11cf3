import { parseGoDuration } from '../model/duration-text.js'
import { RotaError } from '../model/errors.js'
import type { DstRule } from '../schedule/dst-rule.js'
import { parseSchedule } from '../schedule/parse-schedule.js'
import type { Dialect, Schedule } from '../schedule/schedule.js'
import { UsageError } from './exit.js'

/** How an expression of the command line is to be read. */
export interface ReadScheduleOptions {
  readonly timeZone: string
  readonly anchor: number
  readonly dialect?: Dialect | undefined
  readonly dst?: DstRule | undefined
}

const SHORT_CUT = /^(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$/i

/** Reads an expression as it was typed; what is wrong with it is bad usage. */
export function readSchedule(typed: string, { timeZone, anchor, dialect, dst }: ReadScheduleOptions): Schedule {
  const options = {
    timeZone,
    anchor,
    ...(dialect === undefined ? {} : { dialect }),
    ...(dst === undefined ? {} : { dst }),
  }
  try {
    return parseSchedule(withAt(typed, dialect), options)
  } catch (error) {
    if (RotaError.is(error)) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

/**
 * Adds the `@` that may be left out on a command line: `yearly`, `every 10m`. An expression whose dialect was named is read
 * as it stands.
 */
export function withAt(typed: string, dialect: Dialect | undefined): string {
  if (dialect !== undefined && dialect !== 'auto') return typed
  const text = typed.trim()
  const length = /^every +(\S+)$/.exec(text)?.[1]
  const isShort = SHORT_CUT.test(text) || (length !== undefined && parseGoDuration(length) !== null)
  return isShort ? `@${text}` : typed
}
