/** As much of a key as is compared: the work grows with its length, and no key that is meant is longer. */
const COMPARED_LENGTH_MAX = 40

/** The key that takes the fewest single letters added, dropped or changed to make of `given`, whatever its case. */
export function nearestKey(given: string, keys: readonly [string, ...string[]]): string {
  const text = given.slice(0, COMPARED_LENGTH_MAX).toLowerCase()
  const distanceTo = (key: string): number => editDistance(text, key.toLowerCase())
  let [nearest] = keys
  for (const key of keys) if (distanceTo(key) < distanceTo(nearest)) nearest = key
  return nearest
}

/** The distance of Levenshtein, one row of its table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let at = 0; at < from.length; at++) {
    const next = [at + 1]
    for (let column = 0; column < to.length; column++) {
      const changed = (row[column] ?? 0) + (from[at] === to[column] ? 0 : 1)
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
