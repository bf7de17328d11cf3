/** Characters of a reason that are kept: it is a line for people, not a document. */
const REASON_LENGTH_MAX = 1000

/**
 * Why a job was called off, as it is stored; null for none. Too long a reason is cut, and what a store cannot keep is replaced: nobody's
 * cancel should fail for that. Throws a `TypeError` that begins with `what` for anything but text.
 */
export function encodeReason(reason: string | null | undefined, what: string): string | null {
  if (reason === undefined || reason === null) return null
  const unchecked: unknown = reason
  if (typeof unchecked !== 'string') throw new TypeError(`${what}: reason: expected text, got ${typeof unchecked}`)
  const cut = reason.length > REASON_LENGTH_MAX ? `${reason.slice(0, REASON_LENGTH_MAX)}...` : reason
  return cut.toWellFormed().replaceAll('\u0000', '\ufffd')
}
