import { readFile } from 'node:fs/promises'
import { PAYLOAD_BYTES_MAX } from '../model/units.js'
import { FailedError, UsageError } from './exit.js'
import type { Input } from './host.js'

/** A string, or a number outside of strings. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** Text that somebody gave, and the words that a message calls it by. */
export interface GivenText {
  readonly text: string
  readonly from: string
}

/** The text of a file; `what` is what it should hold. */
export async function readTextFile(path: string, what: string): Promise<GivenText> {
  try {
    return { text: await readFile(path, 'utf8'), from: `${what} in ${path}` }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new FailedError(`cannot read the ${what} from ${path}: ${code}`)
  }
}

/** The text of standard input; larger than any payload it is not read to its end. */
export async function readTextInput(stdin: Input, what: string): Promise<GivenText> {
  const from = `${what} on standard input`
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of stdin) {
    const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    bytes += part.byteLength
    if (bytes > PAYLOAD_BYTES_MAX * 2) {
      throw new UsageError(`${from}: expected at most ${PAYLOAD_BYTES_MAX} bytes, got more than ${bytes}`)
    }
    chunks.push(part)
  }
  return { text: Buffer.concat(chunks).toString('utf8'), from }
}

/** The value of JSON text; refuses whole numbers of which JavaScript would lose digits. */
export function parseJsonText({ text, from }: GivenText): unknown {
  for (const [token] of text.matchAll(TOKENS)) {
    if (/^-?\d+$/.test(token) && !keepsDigits(token)) {
      throw new UsageError(`${from}: the number ${token} would lose digits; give it as a string`)
    }
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`${from}: expected JSON text such as '{"id":1}' or '"text"': ${reason}`)
  }
}

/** Also of a length in nanoseconds: large, and full of zeros. */
function keepsDigits(whole: string): boolean {
  const value = Number(whole)
  return Number.isSafeInteger(value) || String(value) === whole
}
