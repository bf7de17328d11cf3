import { createReadStream } from 'node:fs'
import { lostDigits } from '../codec/lost-digits.js'
import { FailedError, UsageError } from './exit.js'
import type { Input } from './host.js'

/** What Lambda takes as an event (AWS Lambda quotas, 6 MB); a payload of 256 KiB stays far below, whatever white space is in it. */
const TEXT_BYTES_MAX = 6_291_456

/** Text that somebody gave, and the words that a message calls it by. */
export interface GivenText {
  readonly text: string
  readonly from: string
}

/** The text of a file; `what` is what it should hold. */
export async function readTextFile(path: string, what: string): Promise<GivenText> {
  try {
    return await readText(createReadStream(path), `${what} in ${path}`)
  } catch (error) {
    if (error instanceof UsageError) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new FailedError(`cannot read the ${what} from ${path}: ${code}`, { cause: error })
  }
}

/** The text of standard input. */
export function readTextInput(stdin: Input, what: string): Promise<GivenText> {
  return readText(stdin, `${what} on standard input`)
}

/** What is far too large is not read to its end: a pipe or a device may have none. */
async function readText(chunks: AsyncIterable<string | Uint8Array>, from: string): Promise<GivenText> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    bytes += part.byteLength
    if (bytes > TEXT_BYTES_MAX) {
      throw new UsageError(`${from}: expected at most ${TEXT_BYTES_MAX} bytes, got more`)
    }
    parts.push(part)
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)), from }
  } catch (cause) {
    throw new UsageError(`${from}: expected text in UTF-8, got other bytes`, { cause })
  }
}

/** The value of JSON text; refuses whole numbers of which JavaScript would lose digits. */
export function parseJsonText({ text, from }: GivenText): unknown {
  const lost = lostDigits(text)
  if (lost !== null) throw new UsageError(`${from}: the number ${lost} would lose digits; give it as a string`)
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`${from}: expected JSON text such as '{"id":1}' or '"text"': ${reason}`)
  }
}
