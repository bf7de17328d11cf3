/** A chunk is split at this length: moving 512 pointers inside one costs less than finding the place. */
const CHUNK_MAX = 512

/**
 * Items in the order of `compare`, cheap to add, to remove and to walk from any key. No two items may compare equal.
 *
 * Invariant: chunks are never empty, sorted inside and among each other. Change the key of an item only while it is outside,
 * and the set only while nobody walks it.
 */
export class SortedSet<Key, Item extends Key> {
  readonly #compare: (a: Key, b: Key) => number
  readonly #chunks: Item[][] = []
  #size = 0

  constructor(compare: (a: Key, b: Key) => number) {
    this.#compare = compare
  }

  get size(): number {
    return this.#size
  }

  first(): Item | undefined {
    return this.#chunks[0]?.[0]
  }

  add(item: Item): void {
    this.#size += 1
    const at = this.#chunkOf(item)
    const chunk = this.#chunks[Math.min(at, this.#chunks.length - 1)]
    if (chunk === undefined) {
      this.#chunks.push([item])
      return
    }
    chunk.splice(this.#placeIn(chunk, item), 0, item)
    if (chunk.length > CHUNK_MAX) this.#chunks.splice(this.#chunks.indexOf(chunk) + 1, 0, chunk.splice(CHUNK_MAX / 2))
  }

  /** False when no such item is there. */
  delete(item: Item): boolean {
    const at = this.#chunkOf(item)
    const chunk = this.#chunks[at]
    if (chunk === undefined) return false
    const place = this.#placeIn(chunk, item)
    if (chunk[place] !== item) return false
    if (place === 0) chunk.shift()
    else chunk.splice(place, 1)
    if (chunk.length === 0) this.#chunks.splice(at, 1)
    this.#size -= 1
    return true
  }

  has(item: Item): boolean {
    const chunk = this.#chunks[this.#chunkOf(item)]
    return chunk?.[this.#placeIn(chunk, item)] === item
  }

  /** Items behind `key`, the smallest first; all of them without a key. */
  *after(key: Key | null = null): Generator<Item, void, undefined> {
    for (let at = key === null ? 0 : this.#chunkOf(key); at < this.#chunks.length; at += 1) {
      const chunk = this.#chunks[at] ?? []
      let place = key === null ? 0 : this.#placeIn(chunk, key)
      const head = chunk[place]
      if (key !== null && head !== undefined && this.#compare(head, key) === 0) place += 1
      for (; place < chunk.length; place += 1) yield chunk[place] as Item
    }
  }

  /** Items ahead of `key`, the largest first; all of them without a key. */
  *before(key: Key | null = null): Generator<Item, void, undefined> {
    const last = this.#chunks.length - 1
    for (let at = key === null ? last : Math.min(this.#chunkOf(key), last); at >= 0; at -= 1) {
      const chunk = this.#chunks[at] ?? []
      const end = key === null ? chunk.length : this.#placeIn(chunk, key)
      for (let place = end - 1; place >= 0; place -= 1) yield chunk[place] as Item
    }
  }

  /** The first chunk whose last item is not ahead of `key`; the number of chunks when all are. */
  #chunkOf(key: Key): number {
    return lowerBound(this.#chunks.length, (at) => this.#compare(this.#chunks[at]?.at(-1) as Item, key) < 0)
  }

  #placeIn(chunk: readonly Item[], key: Key): number {
    return lowerBound(chunk.length, (at) => this.#compare(chunk[at] as Item, key) < 0)
  }
}

/** The first place for which `isAhead` is false; `length` when there is none. */
function lowerBound(length: number, isAhead: (at: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isAhead(middle)) low = middle + 1
    else high = middle
  }
  return low
}
