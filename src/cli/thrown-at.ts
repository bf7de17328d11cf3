import { fileURLToPath } from 'node:url'

/** What is built, and what source maps make of it. */
const OWN_FOLDERS = ['dist', 'src'].flatMap((folder) => {
  const { href } = new URL(`../../${folder}/`, import.meta.url)
  return [href, fileURLToPath(href)]
})

/** A chain of causes is followed this far. */
const CAUSES_MAX = 5

/**
 * Where code of the user threw an error, or else what caused it: `handle (/app/src/pay.ts:10:26)`. undefined where only rota and Node were at
 * work, whose places tell nobody what to mend.
 */
export function thrownAt(error: Error): string | undefined {
  let one: unknown = error
  for (let depth = 0; one instanceof Error && depth < CAUSES_MAX; depth++) {
    const places = [...(one.stack ?? '').matchAll(/^\s*at (.*)$/gm)].map(([, place = '']) => place)
    const place = places.find(isOfUser)
    if (place !== undefined) return place
    one = one.cause
  }
  return undefined
}

function isOfUser(place: string): boolean {
  return /:\d+:\d+\)?$/.test(place) && !/\bnode:/.test(place) && !OWN_FOLDERS.some((folder) => place.includes(folder))
}
