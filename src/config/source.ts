/** Keys and indexes that lead from the top of a file to a value in it. */
export type ConfigPath = readonly (string | number)[]

/** Line and column, both from 1; null where they cannot be told. */
export interface Place {
  readonly line: number | null
  readonly column: number | null
}

/** A file that was read: what it says, and where it says it. */
export interface ConfigSource {
  /** Absolute. */
  readonly file: string
  readonly value: unknown
  /** Where the value stands, or the key before it; of something that is missing, the nearest thing around it. */
  placeOf(path: ConfigPath, part: 'key' | 'value'): Place
  /** The digits of a number below `path` that no number can hold; null when there is none. */
  lostDigits(path: ConfigPath): string | null
}

/** What stands at the end of a path; undefined for nothing. */
export function valueAt(value: unknown, path: ConfigPath): unknown {
  let at = value
  for (const key of path)
    at = isObject(at) || Array.isArray(at) ? (at as Record<string | number, unknown>)[key] : undefined
  return at
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The members of an object; none for anything else. */
export function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : []
}
