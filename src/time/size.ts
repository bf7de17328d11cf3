/** Every prefix counts in 1024s, `MB` as `MiB`: so do Lambda's memory sizes, V8's heap limits and containers, where these sizes end up. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['b', 1],
  ['byte', 1],
  ['bytes', 1],
  ['kb', 1024],
  ['kib', 1024],
  ['mb', 1024 ** 2],
  ['mib', 1024 ** 2],
  ['gb', 1024 ** 3],
  ['gib', 1024 ** 3],
  ['tb', 1024 ** 4],
  ['tib', 1024 ** 4],
])

/** What a size may be, in bytes; both ends are included. */
export interface SizeRange {
  /** @defaultValue 0 */
  readonly minBytes?: number
  /** @defaultValue 2^53 - 1 */
  readonly maxBytes?: number
}

/**
 * Reads a size that somebody gave: bytes, or text such as `'512 MB'`, `'256 KiB'`, `'1.5gb'`. Whole bytes, rounded.
 * Throws a `TypeError` that begins with `what` for anything else and for a size out of range.
 */
export function parseSize(input: number | string, what: string, range: SizeRange = {}): number {
  const { minBytes = 0, maxBytes = Number.MAX_SAFE_INTEGER } = range
  const bytes = typeof input === 'number' ? input : parseText(input)
  const shown = typeof input === 'string' ? JSON.stringify(input).slice(0, 60) : String(input)
  if (bytes === null || Number.isNaN(bytes)) {
    throw new TypeError(`${what} must be a size, expected bytes or text such as "512 MB" or "256 KiB", got ${shown}`)
  }
  if (!(bytes >= minBytes && bytes <= maxBytes)) {
    throw new TypeError(`${what} must be a size of ${formatBytes(minBytes)} to ${formatBytes(maxBytes)}, got ${shown}`)
  }
  return Math.round(bytes)
}

function parseText(text: unknown): number | null {
  if (typeof text !== 'string' || text.length > 40) return null
  const match = /^(\d+(?:\.\d+)?) *([a-z]+)$/i.exec(text.trim())
  const unit = UNITS.get(match?.[2]?.toLowerCase() ?? '')
  return unit === undefined ? null : Number(match?.[1]) * unit
}

/** A size for people, in the largest unit that leaves at least 1: `'512 B'`, `'1.5 KiB'`, `'256 KiB'`, `'2 GiB'`. */
export function formatBytes(bytes: number): string {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let power = 0
  let rest = bytes
  while (Math.abs(rest) >= 1024 && power < names.length - 1) {
    rest /= 1024
    power++
  }
  return `${Math.floor(rest * 10) / 10} ${names[power] ?? 'B'}`
}
