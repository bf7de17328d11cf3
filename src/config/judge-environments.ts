import type { RawFunction } from './functions-in.js'
import type { Problems } from './problems.js'
import { type ConfigPath, type ConfigSource, isObject, membersOf, valueAt } from './source.js'

const DEFAULTS: ConfigPath = ['defaults', 'function']

const WHY = 'its function runs in the worker and has the variables of that; set them where the worker is started'

/** Tells variables of functions that could not have them: those of a process are one for all that runs in it. */
export function judgeEnvironments(root: ConfigSource, functions: readonly RawFunction[], problems: Problems): void {
  const defaults = settingsOf(valueAt(root.value, DEFAULTS))
  for (const { source, path, value } of functions) {
    const own = settingsOf(value)
    if ((own.isolation ?? defaults.isolation) !== 'none') continue
    if (own.hasVariables) {
      const reason = `expected no variables with the isolation "none", got some: ${WHY}`
      problems.tell(source, [...path, 'environment'], reason, 'key')
    } else if (defaults.hasVariables && own.isolation !== undefined) {
      const reason = `expected "process" or "thread" with variables in defaults.function, got "none": ${WHY}`
      problems.tell(source, [...path, 'isolation'], reason)
    } else if (defaults.hasVariables) {
      const reason = `expected no variables with the isolation "none", got some: ${WHY}`
      problems.tell(root, [...DEFAULTS, 'environment'], reason, 'key')
    }
  }
}

function settingsOf(value: unknown): { readonly isolation: unknown; readonly hasVariables: boolean } {
  const { isolation, environment } = isObject(value) ? (value as Record<'isolation' | 'environment', unknown>) : {}
  return { isolation, hasVariables: membersOf(environment).length > 0 }
}
