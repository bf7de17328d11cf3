import type { UniqueKey } from '../model/job-options.js'
import { keyProblem } from '../model/names.js'

/**
 * The key as the store compares it. The scope is spelled out before it, divided by a character that no name can hold,
 * so that no two keys of different scopes ever meet.
 */
export function scopedKey(unique: string | UniqueKey, task: string, queue: string): string {
  const { key, scope = 'task' } = typeof unique === 'object' && unique !== null ? unique : { key: unique }
  const problem = keyProblem('unique key', key)
  if (problem !== null) throw new TypeError(problem)
  switch (scope) {
    case 'task':
      return `task/${task}/${key}`
    case 'queue':
      return `queue/${queue}/${key}`
    case 'global':
      return `global/${key}`
    default:
      throw new TypeError(`unique: scope: expected "task", "queue" or "global", got ${JSON.stringify(scope)}`)
  }
}
