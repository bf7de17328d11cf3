import type { AppConfig } from '../config/app-config.js'
import type { Clock } from '../model/clock.js'
import { routesOfConfig } from './config-routes.js'
import type { RouteSource } from './route-book.js'
import type { RoutedKind, RouteRecord } from './route-records.js'

/** How old what is known of a config may be: as old as what is known of a store. */
const READ_AGAIN_MS = 10_000

/**
 * The routes of a config that is read when somebody asks, and again when that is 10 s ago: a program outlives its configs. `load`
 * gives null where there is none. One that cannot be read any more, as while somebody writes it, leaves what it said before.
 */
export function configSource(load: () => Promise<AppConfig | null>, clock: Pick<Clock, 'monotonic'>): RouteSource {
  const source = new ConfigSource(load, clock)
  return {
    async find(kind, record) {
      const found = (await source.routes()).find((route) => route.kind === kind && route.record === record)
      if (found === undefined) source.throwProblem()
      return found?.targets ?? null
    },
    names: async (kind: RoutedKind) =>
      (await source.routes()).filter((route) => route.kind === kind).map(({ record }) => record),
  }
}

class ConfigSource {
  readonly #load: () => Promise<AppConfig | null>
  readonly #clock: Pick<Clock, 'monotonic'>
  #known: readonly RouteRecord[] = []
  /** Why it could not be read when that was last tried. */
  #problem: { readonly error: unknown } | null = null
  #reading: Promise<void> | null = null
  /** Monotonic; null: what is wrong with it may be put right at any time. */
  #readAt: number | null = null

  constructor(load: () => Promise<AppConfig | null>, clock: Pick<Clock, 'monotonic'>) {
    this.#load = load
    this.#clock = clock
  }

  async routes(): Promise<readonly RouteRecord[]> {
    if (this.#readAt === null || this.#clock.monotonic() - this.#readAt >= READ_AGAIN_MS) {
      this.#reading ??= this.#read()
      await this.#reading
    }
    return this.#known
  }

  /** Whoever asks for what is not known is told that it could not be looked for. */
  throwProblem(): void {
    if (this.#problem !== null) throw this.#problem.error
  }

  async #read(): Promise<void> {
    try {
      const config = await this.#load()
      this.#known = config === null ? [] : routesOfConfig(config)
      this.#problem = null
      this.#readAt = this.#clock.monotonic()
    } catch (error) {
      this.#problem = { error }
      this.#readAt = null
    } finally {
      this.#reading = null
    }
  }
}
