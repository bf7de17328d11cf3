import type { EncodedValue } from '../model/job.js'
import { PAYLOAD_BYTES_MAX } from '../model/units.js'
import { payloadTooLarge } from './payload-errors.js'
import { isPlainJson } from './plain-json.js'
import { RichEncoder } from './rich-encoder.js'

/** How a value is encoded. */
export interface EncodeOptions {
  /** What the value is, as the first words of every refusal, such as `payload of task "mail"`. @defaultValue `'payload'` */
  readonly what?: string
  /** JSON and note together, in bytes of UTF-8. @defaultValue 262144 */
  readonly limitBytes?: number
}

/**
 * Turns a value into what a store keeps: JSON that people can read, and beside it a note that restores what JSON lacks
 * (Date, bigint, Map, Set, bytes, undefined in arrays, NaN, infinities, -0). Members that are undefined are left out, as JSON does.
 *
 * Throws `PAYLOAD_INVALID` with the exact path for what could not come back as it was (functions, symbols, class instances
 * without `toJSON`, cycles, half surrogate pairs, U+0000, more than 1,000 levels) and `PAYLOAD_TOO_LARGE` above the limit.
 */
export function encode(value: unknown, options: EncodeOptions = {}): EncodedValue {
  const { what = 'payload', limitBytes = PAYLOAD_BYTES_MAX } = options
  const encoded = encodeUnmeasured(value, what, limitBytes)
  const bytes = bytesAbove(limitBytes, encoded)
  if (bytes !== null) throw payloadTooLarge(what, bytes, limitBytes)
  return encoded
}

/** Encodes without the final look at the limit; throws `PAYLOAD_TOO_LARGE` only where going on would be a waste. */
export function encodeUnmeasured(value: unknown, what: string, limitBytes: number): EncodedValue {
  if (isPlainJson(value, limitBytes)) {
    const json = JSON.stringify(value)
    // Both broken texts show up as escapes; only then is it worth looking for the very place.
    if (!json.includes('\\u') || !/\\u(?:0000|d[89a-f])/.test(json)) return { json, note: null }
  }
  return new RichEncoder(what, limitBytes).encode(value)
}

/** The bytes of UTF-8 of JSON and note when they are above the limit; null when they fit. Most values need no counting. */
export function bytesAbove(limitBytes: number, { json, note }: EncodedValue): number | null {
  const units = json.length + (note === null ? 0 : note.length)
  // A UTF-16 code unit takes at most three bytes.
  if (3 * units <= limitBytes) return null
  const bytes = Buffer.byteLength(json) + (note === null ? 0 : Buffer.byteLength(note))
  return bytes > limitBytes ? bytes : null
}
