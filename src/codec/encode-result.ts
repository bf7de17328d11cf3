import { RotaError } from '../model/errors.js'
import type { EncodedValue } from '../model/job.js'
import { RESULT_BYTES_MAX } from '../model/units.js'
import { corrupt } from './decode.js'
import { bytesAbove, encodeUnmeasured } from './encode.js'
import { payloadTooLarge } from './payload-errors.js'

/** How much of a result that is too large is kept for people to look at, in characters. */
const PREVIEW_LENGTH = 1000

/** A result made ready for the store, whatever it was. */
export interface EncodedResult {
  /** null: the handler returned nothing. */
  readonly encoded: EncodedValue | null
  /** Why the value itself was not kept: `PAYLOAD_INVALID` or `PAYLOAD_TOO_LARGE`; null when it was. Worth a warning. */
  readonly problem: RotaError | null
}

/** Why a stored result is not what the handler returned. */
export interface ResultLoss {
  readonly code: string
  readonly message: string
}

/**
 * Encodes what a handler returned. Never throws: the work is done, and running it again would not make its result any smaller,
 * so a result that cannot be kept is replaced by the reason (and, when it was too large, by the beginning of its JSON).
 */
export function encodeResult(
  value: unknown,
  options: { readonly what?: string; readonly limitBytes?: number } = {},
): EncodedResult {
  const { what = 'result', limitBytes = RESULT_BYTES_MAX } = options
  if (value === undefined) return { encoded: null, problem: null }
  try {
    const encoded = encodeUnmeasured(value, what, limitBytes)
    const bytes = bytesAbove(limitBytes, encoded)
    return bytes === null ? { encoded, problem: null } : lost(payloadTooLarge(what, bytes, limitBytes), encoded.json)
  } catch (error) {
    return lost(
      error instanceof RotaError
        ? error
        : new RotaError('PAYLOAD_INVALID', `${what} cannot be stored`, { cause: error }),
      '',
    )
  }
}

/** Why `decode` gives undefined for this result; null when the result was kept. Throws `STORE_CORRUPT` as `decode` does. */
export function resultLoss(stored: EncodedValue | null): ResultLoss | null {
  if (stored?.note?.startsWith('["lost",') !== true) return null
  const loss = parseLoss(stored.note)
  if (typeof loss?.code !== 'string' || typeof loss.message !== 'string')
    throw corrupt('its note does not say why it was lost')
  return { code: loss.code, message: loss.message }
}

function parseLoss(note: string): Partial<ResultLoss> | null | undefined {
  try {
    return (JSON.parse(note) as [string, Partial<ResultLoss> | null | undefined])[1]
  } catch {
    // The native error quotes the text, and a value must not leak into logs.
    throw corrupt('its note is not JSON')
  }
}

function lost(problem: RotaError, json: string): EncodedResult {
  const preview = json === '' ? null : json.slice(0, PREVIEW_LENGTH).toWellFormed()
  const loss: ResultLoss = { code: problem.code, message: problem.message.toWellFormed() }
  return { encoded: { json: JSON.stringify(preview), note: `["lost",${JSON.stringify(loss)}]` }, problem }
}
