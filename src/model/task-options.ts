import { checkContract, type ContractOptions } from './contract.js'
import { checkName } from './names.js'
import { checkOptionNames } from './option-names.js'
import type { TaskPolicy } from './policy.js'

/** The most tries that a job can have. */
const TRIES_MAX = 1_000_000

/** Throws a `TypeError` that begins with `what` for anything but one of the five priorities. */
export function checkPriority(what: string, value: unknown): void {
  if (value === 1 || value === 2 || value === 3 || value === 4 || value === 5) return
  throw new TypeError(`${what}: priority: expected 1 to 5, got ${String(value)}`)
}

/** Throws a `TypeError` that begins with `what` for anything but a whole number from 1 to 1,000,000. */
export function checkMaxTries(what: string, value: unknown): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= TRIES_MAX) return
  throw new TypeError(`${what}: maxTries: expected a whole number from 1 to ${TRIES_MAX}, got ${String(value)}`)
}

const OPTION_NAMES: ReadonlySet<string> = new Set([
  'backoff',
  'deadline',
  'input',
  'maxTries',
  'migrate',
  'onFailure',
  'priority',
  'queue',
  'result',
  'run',
  'timeout',
  'version',
] satisfies readonly (keyof TaskPolicy | keyof ContractOptions | 'input' | 'onFailure' | 'result' | 'run')[])

/** Throws a `TypeError` for options of a task that can be seen to be wrong without knowing what the task does. */
export function checkTaskOptions(
  name: string,
  options: TaskPolicy & ContractOptions & { readonly run?: unknown },
): void {
  const what = `task "${name}"`
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${what}: expected options or a handler, got ${options === null ? 'null' : typeof options}`)
  }
  checkOptionNames(what, options, OPTION_NAMES)
  if (options.queue !== undefined) checkName('queue', options.queue)
  if (options.priority !== undefined) checkPriority(what, options.priority)
  if (options.maxTries !== undefined) checkMaxTries(what, options.maxTries)
  checkContract(what, options)
  if (options.run !== undefined && typeof options.run !== 'function') {
    throw new TypeError(`${what}: run: expected a function, got ${typeof options.run}`)
  }
}
