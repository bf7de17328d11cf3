import { readFile } from 'node:fs/promises'
import { PAYLOAD_BYTES_MAX } from '../model/units.js'
import { FailedError, UsageError } from './exit.js'
import type { Input } from './host.js'

/** The payload of a command line that gives none. */
const NONE = undefined

/** A string, or a number outside of strings. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** Reads a payload: JSON text, `@file` that holds it, or `-` for standard input; undefined when there is none. */
export async function readPayload(given: string | undefined, stdin: Input): Promise<unknown> {
  if (given === undefined) return NONE
  const { text, from } = await readText(given, stdin)
  return parseJson(text, from)
}

async function readText(given: string, stdin: Input): Promise<{ readonly text: string; readonly from: string }> {
  if (given === '-') return { text: await readAll(stdin), from: 'payload on standard input' }
  if (!given.startsWith('@')) return { text: given, from: 'payload' }
  const path = given.slice(1)
  try {
    return { text: await readFile(path, 'utf8'), from: `payload in ${path}` }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new FailedError(`cannot read the payload from ${path}: ${code}`)
  }
}

/** Input larger than any payload is not read to its end. */
async function readAll(stdin: Input): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of stdin) {
    const part = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    bytes += part.byteLength
    if (bytes > PAYLOAD_BYTES_MAX * 2) {
      throw new UsageError(
        `payload on standard input: expected at most ${PAYLOAD_BYTES_MAX} bytes, got more than ${bytes}`,
      )
    }
    chunks.push(part)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(text: string, from: string): unknown {
  for (const [token] of text.matchAll(TOKENS)) {
    if (/^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token))) {
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
