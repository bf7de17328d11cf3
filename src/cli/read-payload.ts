import type { Input } from './host.js'
import { parseJsonText, readTextFile, readTextInput } from './read-json.js'

/** The payload of a command line that gives none. */
const NONE = undefined

/** Reads a payload: JSON text, `@file` that holds it, or `-` for standard input; undefined when there is none. */
export async function readPayload(given: string | undefined, stdin: Input): Promise<unknown> {
  if (given === undefined) return NONE
  if (given === '-') return parseJsonText(await readTextInput(stdin, 'payload'))
  if (given.startsWith('@')) return parseJsonText(await readTextFile(given.slice(1), 'payload'))
  return parseJsonText({ text: given, from: 'payload' })
}
