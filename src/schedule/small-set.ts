/** A set of whole numbers from 0 to 63, as two words of bits: small enough for 100,000 schedules, and `next` is a few instructions. */
export class SmallSet {
  #low = 0
  #high = 0

  /** The numbers 0 to 31 as bits. */
  get bits(): number {
    return this.#low
  }

  add(value: number): void {
    if (value < 32) this.#low |= 1 << value
    else this.#high |= 1 << (value - 32)
  }

  has(value: number): boolean {
    return nextBit(value < 32 ? this.#low : this.#high, value & 31) === (value & 31)
  }

  /** The smallest member that is `from` or larger; -1 when there is none. */
  next(from: number): number {
    if (from < 32) {
      const low = nextBit(this.#low, from)
      if (low >= 0) return low
    }
    const high = from < 64 ? nextBit(this.#high, Math.max(0, from - 32)) : -1
    return high < 0 ? -1 : 32 + high
  }

  /** The largest member that is `from` or smaller; -1 when there is none. */
  previous(from: number): number {
    if (from >= 32) {
      const high = previousBit(this.#high, Math.min(from, 63) - 32)
      if (high >= 0) return 32 + high
    }
    return previousBit(this.#low, Math.min(from, 31))
  }

  /** The members, the smallest first. */
  *[Symbol.iterator](): Generator<number> {
    for (let value = this.next(0); value >= 0; value = this.next(value + 1)) yield value
  }
}

/** The set of these numbers. */
export function setOf(...values: readonly number[]): SmallSet {
  const set = new SmallSet()
  for (const value of values) set.add(value)
  return set
}

/** The lowest bit of `bits` that is set at `from` (0 to 32) or above; -1 when there is none. */
export function nextBit(bits: number, from: number): number {
  const rest = from > 31 ? 0 : bits & (-1 << from)
  return rest === 0 ? -1 : 31 - Math.clz32(rest & -rest)
}

/** The highest bit of `bits` that is set at `from` (-1 to 31) or below; -1 when there is none. */
export function previousBit(bits: number, from: number): number {
  const rest = from < 0 ? 0 : bits & (-1 >>> (31 - from))
  return rest === 0 ? -1 : 31 - Math.clz32(rest)
}
