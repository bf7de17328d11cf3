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
}

/** The lowest bit of `bits` that is set at `from` (0 to 32) or above; -1 when there is none. */
export function nextBit(bits: number, from: number): number {
  const rest = from > 31 ? 0 : bits & (-1 << from)
  return rest === 0 ? -1 : 31 - Math.clz32(rest & -rest)
}
