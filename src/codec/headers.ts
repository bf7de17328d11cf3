import { KEY_LENGTH_MAX } from '../model/names.js'

/** Headers travel with every claim; W3C `baggage`, the largest of the trace headers, may take 8 KiB, and this is twice that. */
const HEADERS_BYTES_MAX = 16_384

/**
 * Headers as they are stored: a JSON object of texts, or null for none.
 * Throws a `TypeError` for anything but a plain object of texts without control characters, together at most 16 KiB.
 */
export function encodeHeaders(headers: Readonly<Record<string, string>> | undefined): string | null {
  if (headers === undefined) return null
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw new TypeError(`headers: expected an object of texts, got ${headers === null ? 'null' : typeof headers}`)
  }
  const entries = Object.entries(headers) as [string, unknown][]
  if (entries.length === 0) return null
  for (const [name, value] of entries) checkHeader(name, value)
  // From entries: an own `__proto__` is data here, and an assignment would lose it.
  const json = JSON.stringify(Object.fromEntries(entries))
  const bytes = Buffer.byteLength(json)
  if (bytes > HEADERS_BYTES_MAX) {
    throw new TypeError(`headers: expected at most ${HEADERS_BYTES_MAX} bytes in all, got ${bytes}`)
  }
  return json
}

/**
 * Stored headers with others beside them; a name that is there already stays as it is. For what nobody asked for by name: where it
 * would not fit, or cannot be kept, the stored ones stay alone.
 */
export function addHeaders(stored: string | null, added: Readonly<Record<string, string>>): string | null {
  try {
    return encodeHeaders({ ...added, ...decodeHeaders(stored) })
  } catch {
    return stored
  }
}

/** Stored headers as an object without a prototype, so that no name of a header means anything but itself. */
export function decodeHeaders(stored: string | null): Readonly<Record<string, string>> {
  const headers = Object.create(null) as Record<string, string>
  if (stored === null) return headers
  const parsed = JSON.parse(stored) as Record<string, string>
  for (const [name, value] of Object.entries(parsed)) headers[name] = value
  return headers
}

function checkHeader(name: string, value: unknown): void {
  if (name.length === 0 || name.length > KEY_LENGTH_MAX || isUnprintable(name)) {
    const expected = `expected names of 1 to ${KEY_LENGTH_MAX} printable characters`
    throw new TypeError(`headers: ${expected}, got ${JSON.stringify(name.slice(0, KEY_LENGTH_MAX))}`)
  }
  if (typeof value !== 'string') {
    throw new TypeError(`headers: "${name}": expected text, got ${value === null ? 'null' : typeof value}`)
  }
  // The value stays out of the message: headers carry tokens.
  if (isUnprintable(value)) throw new TypeError(`headers: "${name}": expected text without control characters`)
}

function isUnprintable(text: string): boolean {
  return /\p{Cc}/u.test(text) || !text.isWellFormed()
}
