import type { JobOptions } from '../model/job-options.js'
import { checkOptionNames } from '../model/option-names.js'
import { parseDuration } from '../time/duration.js'
import { toInstant } from './instant.js'
import type { InvokeOptions } from './invoke-options.js'

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof InvokeOptions>([
  'schedule',
  'deadline',
  'headers',
  'id',
  'maxTries',
  'priority',
  'queue',
  'signal',
  'unique',
])

/** The options of one call as those of its job; `what` is the call as it was written. Throws a `TypeError` for what no call takes. */
export function readInvokeOptions(
  what: string,
  options: InvokeOptions = {},
): { readonly job: JobOptions; readonly signal: AbortSignal | undefined } {
  const given: unknown = options
  if (typeof given !== 'object' || given === null) {
    throw new TypeError(`${what}: expected an object of options, got ${given === null ? 'null' : typeof given}`)
  }
  checkOptionNames(what, given, OPTION_NAMES)
  const { schedule, signal, ...said } = options
  if (schedule === undefined) return { job: said, signal }
  const name = `${what}: schedule`
  const when = schedule instanceof Date ? { at: toInstant(schedule, name) } : { delay: parseDuration(schedule, name) }
  return { job: { ...said, ...when }, signal }
}
