import type { Contracts } from '../../config/contracts-file.js'
import type { DescribedContract } from '../../handlers/described-contract.js'
import { narrowings } from './compare-schemas.js'

/** One task whose jobs of before could not all be run any more. */
export interface ContractProblem {
  /** On record. */
  readonly task: string
  /** What has changed. */
  readonly what: string
  /** What to do about it. */
  readonly mend: string
}

/** How many changes of one task are told. */
const TOLD_MAX = 5

/**
 * What a release would do to jobs that wait: `before` is what their payloads were written under, `after` what it reads. `removed` says of
 * a task that is in `before` alone whether the app has it no more; one that has lost its schema only cannot be judged.
 */
export function incompatibilities(
  before: Contracts,
  after: Contracts,
  removed: (task: string) => boolean,
): readonly ContractProblem[] {
  return Object.entries(before).flatMap(([task, was]) => {
    const is = Object.hasOwn(after, task) ? after[task] : undefined
    if (is !== undefined) return problemsOf(task, was, is)
    if (removed(task)) {
      return [{ task, what: 'is gone', mend: 'keep it until none of its jobs waits any more' }]
    }
    return [
      { task, what: `has no contract any more, it had ${was.stamp}`, mend: 'state its version, or give it its schema' },
    ]
  })
}

function problemsOf(task: string, was: DescribedContract, is: DescribedContract): readonly ContractProblem[] {
  if (is.version < was.version) {
    const what = `has version ${is.version} of its contract, it had ${was.version}`
    return [{ task, what, mend: `give it version ${was.version + 1}` }]
  }
  if (is.version > was.version) {
    const missing = range(was.version, is.version).filter((from) => !is.migrates.includes(from))
    if (missing.length === 0) return []
    const what = `has version ${is.version} and no migrate step from ${missing.join(', ')}`
    return [{ task, what, mend: `add migrate: { ${missing.map((from) => `${from}: (old) => ...`).join(', ')} }` }]
  }
  if (is.stamp === was.stamp || is.schema === null || was.schema === null) return []
  const found = narrowings(was.schema, is.schema)
  if (found.length === 0) return []
  const told = found.slice(0, TOLD_MAX).map(({ path, what }) => `${path === '' ? 'its payload' : path}: ${what}`)
  const more = found.length > TOLD_MAX ? [`and ${found.length - TOLD_MAX} more`] : []
  const next = was.version + 1
  const mend = `accept what it accepted, or give it version: ${next} and migrate: { ${was.version}: (old) => ... }`
  return [{ task, what: [...told, ...more].join('; '), mend }]
}

function range(from: number, until: number): readonly number[] {
  return Array.from({ length: until - from }, (_one, at) => from + at)
}
