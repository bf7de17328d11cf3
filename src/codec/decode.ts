import { RotaError } from '../model/errors.js'
import type { EncodedValue } from '../model/job.js'
import { ODD_NUMBERS } from './note.js'
import { DEPTH_MAX } from './plain-json.js'
import { withoutStamp } from './stamp.js'

/**
 * Gives a stored value back as it was encoded; undefined for null (no value) and for a result that could not be kept.
 * Throws `STORE_CORRUPT` for text that `encode` did not make.
 */
export function decode(stored: EncodedValue | null): unknown {
  if (stored === null) return undefined
  const value = parse(stored.json, 'value')
  const note = withoutStamp(stored.note)
  return note === null ? value : restore(value, parse(note, 'note'), 0)
}

function parse(json: string, part: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // The native error quotes the text, and a payload must not leak into logs.
    throw corrupt(`its ${part} is not JSON`)
  }
}

function restore(value: unknown, note: unknown, depth: number): unknown {
  // A map puts two arrays around each of its values.
  if (depth > 3 * DEPTH_MAX) throw corrupt('its note is nested too deep')
  if (typeof note === 'string') return restoreTag(value, note)
  if (Array.isArray(note)) {
    const [tag, inner] = note as unknown[]
    return tag === 'lost' ? undefined : restoreTag(restore(value, inner, depth + 1), tag)
  }
  if (typeof note !== 'object' || note === null || typeof value !== 'object' || value === null) {
    throw corrupt('its note does not fit its value')
  }
  const members = value as Record<string, unknown>
  for (const [key, inner] of Object.entries(note)) {
    if (!Object.hasOwn(members, key)) throw corrupt('its note names a member that is not there')
    // An own member, so this never meets the setter of `__proto__`.
    members[key] = restore(members[key], inner, depth + 1)
  }
  return members
}

function restoreTag(value: unknown, tag: unknown): unknown {
  if (tag === 'undefined') return undefined
  const odd = ODD_NUMBERS.find((one) => one.tag === tag)
  if (odd !== undefined) return odd.value
  if (tag === 'map' || tag === 'set') return restoreCollection(value, tag)
  if (typeof value !== 'string') throw corrupt(`its note says ${show(tag)} where the value has no text`)
  switch (tag) {
    case 'date':
      return restoreDate(value)
    case 'bigint':
      if (!/^-?\d+$/.test(value)) throw corrupt('its note says bigint where the value has no digits')
      return BigInt(value)
    case 'buffer':
      return Buffer.from(value, 'base64')
    case 'bytes':
      return new Uint8Array(Buffer.from(value, 'base64'))
    case 'arraybuffer':
      return new Uint8Array(Buffer.from(value, 'base64')).buffer
    default:
      throw corrupt(`its note says ${show(tag)}, which this version does not know`)
  }
}

function restoreDate(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw corrupt('its note says date where the value has none')
  return date
}

function restoreCollection(value: unknown, tag: 'map' | 'set'): unknown {
  if (!Array.isArray(value)) throw corrupt(`its note says ${tag} where the value has no array`)
  if (tag === 'set') return new Set(value)
  for (const pair of value as unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2) throw corrupt('its note says map where the value has no pairs')
  }
  return new Map(value as [unknown, unknown][])
}

function show(tag: unknown): string {
  return JSON.stringify(tag).slice(0, 40)
}

/** What a stored value is answered with that this version of rota did not make. */
export function corrupt(reason: string): RotaError {
  return new RotaError('STORE_CORRUPT', `a stored value cannot be read back: ${reason}`, { facts: { reason } })
}
