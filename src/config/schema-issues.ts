import type { z } from 'zod'
import { nearestKey } from '../model/nearest-key.js'
import { describeGiven, type Problems } from './problems.js'
import { type ConfigPath, type ConfigSource, valueAt } from './source.js'
import { KEY_SEPARATOR } from './value-schemas.js'

type Issue = z.core.$ZodIssue

/** A key that somebody may have meant when writing another one. */
interface Meant {
  readonly at: string
  readonly key: string
}

/** Tells what a schema has found: the place, what is expected there, what was given; for a key that is not known, the nearest that is. */
export function tellIssues(source: ConfigSource, issues: readonly Issue[], problems: Problems): void {
  const flat = issues.flatMap((issue) => flatten(issue, []))
  const meant: Meant[] = []
  for (const { issue, path } of flat) {
    if (issue.code !== 'unrecognized_keys') continue
    const known = issue.message.split(KEY_SEPARATOR) as [string, ...string[]]
    for (const key of issue.keys) {
      const nearest = nearestKey(key, known)
      meant.push({ at: JSON.stringify(path), key: nearest })
      const others = known.filter((one) => one !== nearest)
      const choices = others.length === 0 ? '' : `, or another of ${others.join(KEY_SEPARATOR)}`
      problems.tell(source, [...path, key], `expected "${nearest}"${choices}, got a key that nobody reads`, 'key')
    }
  }
  for (const { issue, path } of flat) {
    if (issue.code === 'unrecognized_keys' || isMisspelt(source, path, meant)) continue
    const part = issue.code === 'invalid_key' ? 'key' : 'value'
    const expected = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message
    const given = part === 'key' ? JSON.stringify(path.at(-1)) : describeGiven(valueAt(source.value, path), path)
    problems.tell(source, path, `expected ${expected}, got ${given}`, part)
  }
}

/** What is missing because its key is misspelt is one mistake, and told already. */
function isMisspelt(source: ConfigSource, path: ConfigPath, meant: readonly Meant[]): boolean {
  if (valueAt(source.value, path) !== undefined) return false
  const at = JSON.stringify(path.slice(0, -1))
  return meant.some((one) => one.at === at && one.key === path.at(-1))
}

interface FlatIssue {
  readonly issue: Issue
  readonly path: ConfigPath
}

/** Of a choice of forms, what is wrong with the one that was meant: of the right type, with the fewest mistakes. */
function flatten(issue: Issue, above: ConfigPath): readonly FlatIssue[] {
  const path: ConfigPath = [...above, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))]
  if (issue.code !== 'invalid_union') return [{ issue, path }]
  const fitting = issue.errors.filter((branch) => branch.length > 0 && !branch.some(isOfAnotherType))
  const meant = fitting.toSorted((a, b) => a.length - b.length)[0]
  return meant === undefined ? [{ issue, path }] : meant.flatMap((one) => flatten(one, path))
}

function isOfAnotherType({ code, path }: Issue): boolean {
  return code === 'invalid_type' && path.length === 0
}
