import { basename, dirname } from 'node:path'
import { kebabCase } from '../model/kebab-case.js'
import type { EntryKind } from './entry-names.js'
import { type ConfigPath, type ConfigSource, isObject, membersOf } from './source.js'

/** The kinds of entries in a stack, by the member that holds them. */
export const ENTRIES = Object.freeze({
  tasks: 'task',
  crons: 'cron',
  queues: 'queue',
  topics: 'topic',
} as const satisfies Record<string, EntryKind>)

export type EntriesKey = keyof typeof ENTRIES

/** A stack as a file holds it, not judged yet: anything may be in it. */
export interface RawStack {
  readonly source: ConfigSource
  /** Where it begins in its file; empty when it is the whole file. */
  readonly path: ConfigPath
  /** What it is called, as the file or its folder writes it. */
  readonly written: string
  /** What says so; null for the folder. */
  readonly namedAt: { readonly path: ConfigPath; readonly part: 'key' | 'value' } | null
  readonly value: Readonly<Record<string, unknown>>
}

/** The stacks of the root file: those below `stacks`, or itself. */
export function stacksOfRoot(source: ConfigSource): readonly RawStack[] {
  const { value } = source
  if (!isObject(value)) return []
  if (Object.keys(ENTRIES).some((key) => Object.hasOwn(value, key))) return [stackOfFile(source)]
  return membersOf(value['stacks']).map(([written, stack]) => ({
    source,
    path: ['stacks', written],
    written,
    namedAt: { path: ['stacks', written], part: 'key' },
    value: isObject(stack) ? stack : {},
  }))
}

/** The stack that is a whole file, called `name` or else as its folder, made a name. */
export function stackOfFile(source: ConfigSource): RawStack {
  const value = isObject(source.value) ? source.value : {}
  const { name } = value as { readonly name?: unknown }
  const isNamed = typeof name === 'string' && name !== ''
  return {
    source,
    path: [],
    written: isNamed ? name : kebabCase(basename(dirname(source.file))),
    namedAt: isNamed ? { path: ['name'], part: 'value' } : null,
    value,
  }
}

/** What proxies and records call an entry: `process-order` in `orders` is `orders:process-order`. */
export function recordOf(stack: string, entry: string): string {
  return `${kebabCase(stack)}:${kebabCase(entry)}`
}

/** The entries of one kind, with where they stand. */
export function entriesOf(
  stack: RawStack,
  key: EntriesKey,
): readonly { readonly written: string; readonly path: ConfigPath; readonly value: unknown }[] {
  return membersOf(stack.value[key]).map(([written, value]) => ({
    written,
    path: [...stack.path, key, written],
    value,
  }))
}

/** The names on record of everything of one kind, over all stacks, each with how it is written. */
export function recordsOf(stacks: readonly RawStack[], key: EntriesKey): ReadonlyMap<string, string> {
  const all = stacks.flatMap((stack) =>
    entriesOf(stack, key).map(
      ({ written }) => [recordOf(stack.written, written), `${stack.written}:${written}`] as const,
    ),
  )
  return new Map(all)
}
