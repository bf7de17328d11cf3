import { isObject } from './source.js'

/**
 * Two values of a config made one: objects member by member, lists joined with those of `below` first and doubles left out; of
 * anything else, `above`, unless it is undefined.
 */
export function deepMerge(below: unknown, above: unknown): unknown {
  if (above === undefined) return below
  if (Array.isArray(below) && Array.isArray(above))
    return [...new Set([...(below as unknown[]), ...(above as unknown[])])]
  if (!isObject(below) || !isObject(above)) return above
  const keys = new Set([...Object.keys(below), ...Object.keys(above)])
  return Object.fromEntries([...keys].map((key) => [key, deepMerge(below[key], above[key])]))
}
