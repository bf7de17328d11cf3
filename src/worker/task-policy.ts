import { MAX_TRIES_DEFAULT } from '../model/policy.js'
import type { BackoffPolicy } from '../model/policy.js'
import type { AnyTask } from '../model/task-definition.js'
import type { DurationMs } from '../model/units.js'
import { checkBackoff } from '../time/backoff.js'
import { parseDuration } from '../time/duration.js'

/** What a task says of its attempts, with every default filled in. */
export interface AttemptPolicy {
  readonly maxTries: number
  readonly backoff: BackoffPolicy
  /** null: an attempt may take for ever. */
  readonly timeoutMs: DurationMs | null
}

/** Reads the policy of a task; throws a `TypeError` for one that makes no sense. */
export function readPolicy({ name, policy }: AnyTask): AttemptPolicy {
  const { maxTries = MAX_TRIES_DEFAULT, backoff = 'exponential', timeout = 'none', deadline } = policy
  const what = `task "${name}"`
  checkBackoff(backoff, `${what}: backoff`)
  if (deadline !== undefined) parseDuration(deadline, `${what}: deadline`)
  const timeoutMs = timeout === 'none' ? null : parseDuration(timeout, `${what}: timeout`, { minMs: 1 })
  return { maxTries, backoff, timeoutMs }
}
