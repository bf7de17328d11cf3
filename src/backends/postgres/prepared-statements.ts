import { advisoryKey } from './migrations/migrate.js'

/** A call of our own functions, which has one plan whatever its parameters are. */
const CALL = /\{s\}\.\w+\(/
const TABLE = /(?:FROM|JOIN|INTO|UPDATE) \{s\}\.\w+\b(?!\()/

/** So many are known at most: the texts of calls are constants. */
const NAMES_MAX = 100

/** The result of a function has changed under the name: a migration was made. */
const STALE = '0A000'
/** Somebody else decides what names stand for: a pooler that is not known as one, or whoever resets connections. */
const FOREIGN: ReadonlySet<string> = new Set(['26000', '42P05'])

/**
 * Names under which connections keep the statements of calls, so that the server reads and plans them once: 65 µs of the 380 µs that an
 * enqueue of ten jobs costs it. Other statements have plans that depend on what is asked, and have no names.
 */
export class PreparedStatements {
  readonly #hashes = new Map<string, string | null>()
  #round = 0
  #isOff = false

  /** `text`: as it is written, `{s}` standing for the schema; `full`: as it is sent. undefined: it has no name. */
  nameOf(text: string, full: string): string | undefined {
    if (this.#isOff) return undefined
    let hash = this.#hashes.get(full)
    if (hash === undefined) {
      hash = CALL.test(text) && !TABLE.test(text) ? BigInt(advisoryKey(full)).toString(36) : null
      if (this.#hashes.size < NAMES_MAX) this.#hashes.set(full, hash)
    }
    return hash === null ? undefined : `rota_${hash}_${this.#round}`
  }

  /** True for an error that says nothing of the statement but of its name only: it had no effect, and can be sent again under the next. */
  forget(name: string, error: unknown): boolean {
    const { code } = error as { readonly code?: unknown }
    if (typeof code !== 'string' || (code !== STALE && !FOREIGN.has(code))) return false
    if (FOREIGN.has(code)) this.#isOff = true
    // Others may have met the same before, and then the name is another one already.
    else if (name.endsWith(`_${this.#round}`)) this.#round += 1
    return true
  }
}
