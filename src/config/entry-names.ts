import { kebabCase } from '../model/kebab-case.js'
import { LANGUAGE_RECORDS } from '../model/language-names.js'

/** In characters, as a file writes them. */
const LENGTH = { min: 3, max: 24 } as const

const GRAMMAR = /^[A-Za-z0-9-]*$/

/** Taken where stacks are deployed to. Kebab-cased. */
const STACKS_TAKEN: ReadonlySet<string> = new Set(['base', 'hostedzones'])

/** What a name in a config file can stand for. */
export type EntryKind = 'stack' | 'task' | 'cron' | 'queue' | 'topic'

/** Says what is wrong with the name of an entry, or null: what is expected, and what was given. */
export function entryNameReason(kind: EntryKind, written: string): string | null {
  const { min, max } = LENGTH
  const expected = `expected the name of a ${kind}, ${min} to ${max} letters, digits or "-"`
  if (!GRAMMAR.test(written)) return `${expected}, got ${JSON.stringify(written.slice(0, 2 * max))}`
  if (written.length < min || written.length > max) return `${expected}, got ${written.length} characters`
  const name = kebabCase(written)
  if (name === '') return `${expected}, got nothing but "-"`
  const got = `${expected}, got ${JSON.stringify(written)}, which is reserved`
  if (LANGUAGE_RECORDS.has(name)) return `${got}: JavaScript itself asks objects for it`
  return kind === 'stack' && STACKS_TAKEN.has(name) ? got : null
}

/** What proxies call an entry: as it is written where that is an identifier, else in camel case; kebab-casing it gives its name. */
export function proxyKey(written: string): string {
  if (/^[A-Za-z][A-Za-z0-9]*$/.test(written)) return written
  const name = kebabCase(written)
  const camel = name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  return kebabCase(camel) === name ? camel : name
}
