import type { EncodedValue } from '../model/job.js'

/** How a note begins that says under which contract its value was written; see `note.ts`. */
const BEGINNING = '["contract",'

/** `<version>-<hash>`; a stamp never needs escapes. */
const STAMP = /^\["contract","(\d{1,7}-[0-9a-f]{1,64})"(?:,|\]$)/

/** The same value with the contract that it was written under; one that is there already is replaced. */
export function withStamp(value: EncodedValue, stamp: string): EncodedValue
export function withStamp(value: EncodedValue | null, stamp: string): EncodedValue | null
export function withStamp(value: EncodedValue | null, stamp: string): EncodedValue | null {
  if (value === null) return null
  const inner = withoutStamp(value.note)
  return { json: value.json, note: `${BEGINNING}"${stamp}"${inner === null ? '' : `,${inner}`}]` }
}

/** The contract that a value was written under; null: it says none. */
export function stampOf(value: EncodedValue | null): string | null {
  if (value?.note?.startsWith(BEGINNING) !== true) return null
  return STAMP.exec(value.note)?.[1] ?? null
}

/** A note without the contract; null when nothing else was in it. */
export function withoutStamp(note: string | null): string | null {
  if (note?.startsWith(BEGINNING) !== true) return note
  const [found = ''] = STAMP.exec(note) ?? []
  if (found === '') return note
  return found.endsWith(']') ? null : note.slice(found.length, -1)
}
