import { RotaError } from '../model/errors.js'

/**
 * Reads the stored values of one record for people to look at: one that cannot be decoded is left out, and noted, so that it
 * hides neither the rest of its record nor the other records of a page.
 */
export class LenientReader {
  readonly #problems: string[] = []

  /** What could not be read, and why; null when everything could. */
  get unreadable(): string | null {
    return this.#problems.length === 0 ? null : this.#problems.join('; ')
  }

  /** What `decode` gives, or `otherwise` when it throws. */
  read<T>(what: string, decode: () => T, otherwise: T): T {
    try {
      return decode()
    } catch (error) {
      // Native errors quote the text that they fail at, and a payload must not leak into logs.
      this.#problems.push(`${what}: ${RotaError.is(error) ? error.message : 'a stored value is not what rota wrote'}`)
      return otherwise
    }
  }
}
