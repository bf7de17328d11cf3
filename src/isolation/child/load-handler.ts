import { pathToFileURL } from 'node:url'
import type { StackFunction } from '../../handlers/run-function.js'

/**
 * Imports `file` and finds its handler: what follows the first dot of `index.default`, which may lead into objects. What a CommonJS
 * file exports under a name is found too, also where Node does not see the name.
 */
export async function loadHandler(file: string, handler: string): Promise<StackFunction> {
  const module: unknown = await import(pathToFileURL(file).href)
  const path = handler.split('.').slice(1)
  const found = [at(module, path), at(module, ['default', ...path])].find((value) => typeof value === 'function')
  if (found === undefined) {
    const got = Object.keys(module as object).join(', ')
    throw new TypeError(`expected a function exported as "${path.join('.')}", got ${got === '' ? 'no exports' : got}`)
  }
  return found as StackFunction
}

function at(from: unknown, path: readonly string[]): unknown {
  let value = from
  for (const key of path) {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined
    value = (value as Readonly<Record<string, unknown>>)[key]
  }
  return value
}
