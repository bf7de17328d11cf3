import type { RawFunction } from './functions-in.js'
import type { Problems } from './problems.js'
import { ENTRIES, type EntriesKey, type RawStack, recordsOf } from './raw-stack.js'
import { type ConfigSource, isObject, valueAt } from './source.js'
import { referenceReason } from './task-reference.js'

const DEFAULTS = ['defaults', 'function']

/** Tells names of `calls` that nothing has. */
export function judgeCalls(
  root: ConfigSource,
  { functions, stacks }: { readonly functions: readonly RawFunction[]; readonly stacks: readonly RawStack[] },
  problems: Problems,
): void {
  const known = new Map((Object.keys(ENTRIES) as EntriesKey[]).flatMap((key) => [...recordsOf(stacks, key)]))
  const all = [{ source: root, path: DEFAULTS, value: valueAt(root.value, DEFAULTS) }, ...functions]
  for (const { source, path, value } of all) {
    const calls: unknown = isObject(value) ? value['calls'] : undefined
    if (!Array.isArray(calls)) continue
    for (const [at, name] of calls.entries()) {
      // Another form is told by the schema.
      if (typeof name !== 'string' || !name.includes(':')) continue
      const reason = referenceReason(name, '', { what: 'task, queue, topic or cron', known })
      if (reason !== null) problems.tell(source, [...path, 'calls', at], reason)
    }
  }
}
