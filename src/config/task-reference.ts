import { nearestKey } from '../model/nearest-key.js'
import { recordOf } from './raw-stack.js'

/** True for a text that stands for a file, and not for the name of a task: it has a folder or an ending. */
export function isPath(text: string): boolean {
  return /[\\/]|\.[A-Za-z0-9]+$/.test(text)
}

/** The name on record of what `text` means inside a stack: `name`, or `stack:name` of another one. */
export function referenceOf(text: string, stack: string): string {
  const colon = text.indexOf(':')
  return colon === -1 ? recordOf(stack, text) : recordOf(text.slice(0, colon), text.slice(colon + 1))
}

/** Says that there is nothing of that name, and the nearest that there is; null when it exists. */
export function referenceReason(
  text: string,
  stack: string,
  { what, known }: { readonly what: string; readonly known: ReadonlyMap<string, string> },
): string | null {
  const record = referenceOf(text, stack)
  if (known.has(record)) return null
  const [first, ...others] = known.keys()
  const got = JSON.stringify(text.slice(0, 60))
  if (first === undefined) return `expected a ${what}, of which there is none, got ${got}`
  const nearest = nearestKey(record, [first, ...others])
  return `expected a ${what} that there is, such as "${shownIn(stack, known.get(nearest) ?? nearest)}", got ${got}`
}

/** The shortest way to write a reference inside a stack. */
function shownIn(stack: string, written: string): string {
  const [other = '', name = ''] = written.split(':')
  return other === stack ? name : written
}
