import { resultLoss } from '../codec/encode-result.js'
import { RotaError } from '../model/errors.js'
import type { EncodedValue } from '../model/job.js'
import { parseOrText } from './parse-or-text.js'
import type { Text } from './render/text.js'

/** A result that was not kept: why, and how it began. */
export interface LostResult {
  readonly code: string
  readonly message: string
  /** The first 1,000 characters of its JSON; null when it had none. */
  readonly beginning: string | null
}

/** What became of a result that was not kept; null for one that was, and for none. */
export function lostResult(result: EncodedValue | null): LostResult | null {
  const loss = readLoss(result)
  if (loss === null || result === null) return null
  const beginning = parseOrText(result.json)
  return { code: loss.code, message: loss.message, beginning: typeof beginning === 'string' ? beginning : null }
}

/** A result for people. */
export function resultText(result: EncodedValue | null): Text | readonly Text[] | null {
  const lost = lostResult(result)
  if (lost === null) return result === null ? null : result.json
  const why = { text: `not kept: ${lost.message} (${lost.code})`, style: 'yellow' as const }
  return lost.beginning === null ? why : [why, `it began with ${lost.beginning}`]
}

/** A note that nobody can read must not hide the rest of its job. */
function readLoss(result: EncodedValue | null): ReturnType<typeof resultLoss> {
  try {
    return resultLoss(result)
  } catch (error) {
    if (RotaError.is(error)) return null
    throw error
  }
}
