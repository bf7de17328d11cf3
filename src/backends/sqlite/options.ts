import type { Clock, Random } from '../../model/clock.js'
import type { DurationMs } from '../../model/units.js'
import { systemRandom } from '../../time/random.js'
import { systemClock } from '../../time/system-clock.js'

/** How to open a SQLite store. */
export interface SqliteOptions {
  /** The file, made with its folder when it is not there. Only this user of the machine can read it (mode 0600). */
  readonly file: string
  /** Tells the store what time it is. @defaultValue the clock of this machine */
  readonly clock?: Clock
  /** Spreads the attempts to get the lock of the file. @defaultValue the generator of this machine */
  readonly random?: Random
  /**
   * `full`: what is acknowledged survives the loss of power. `normal`: it survives the death of the process, and the last
   * commits may be lost with the power, but the file stays whole; a commit is about ten times cheaper. @defaultValue `'full'`
   */
  readonly durability?: 'full' | 'normal'
  /**
   * How long a call waits for the lock of the file while other connections hold it, before it rejects with `BUSY`.
   * Milliseconds, 0 to 600,000. @defaultValue 10,000
   */
  readonly busyTimeoutMs?: DurationMs
  /** Told about what goes wrong where nobody waits: a listener that throws, a watch that fails. @defaultValue nobody */
  readonly onError?: (error: unknown) => void
}

export type ResolvedOptions = Required<SqliteOptions>

const BUSY_TIMEOUT_MS_MAX = 600_000

/** Fills in defaults and refuses what cannot be. */
export function resolveOptions(given: string | SqliteOptions): ResolvedOptions {
  const options = typeof given === 'string' ? { file: given } : given
  const { file, durability = 'full', busyTimeoutMs = 10_000 } = options
  if (typeof file !== 'string' || file === '' || file === ':memory:') {
    throw new TypeError(
      `sqlite: file: expected the path of a file, got ${JSON.stringify(file)}; for a store in memory use memory()`,
    )
  }
  if (!['full', 'normal'].includes(durability)) {
    throw new TypeError(`sqlite: durability: expected "full" or "normal", got ${JSON.stringify(durability)}`)
  }
  if (!(busyTimeoutMs >= 0 && busyTimeoutMs <= BUSY_TIMEOUT_MS_MAX)) {
    throw new TypeError(`sqlite: busyTimeoutMs: expected 0 to ${BUSY_TIMEOUT_MS_MAX}, got ${String(busyTimeoutMs)}`)
  }
  return Object.freeze({
    file,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    durability,
    busyTimeoutMs,
    onError: options.onError ?? (() => undefined),
  })
}
