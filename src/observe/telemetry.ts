import type { LiveTelemetry } from './live-telemetry.js'
import type { Providers } from './providers.js'
import { isRegistered } from './registered.js'

/**
 * What a rota tells OpenTelemetry. The API is loaded when somebody listens and not before: until then a job pays for a look at
 * one global.
 */
export class Telemetry {
  readonly #given: Providers
  #isOff: boolean
  #live: LiveTelemetry | null = null
  #loading: Promise<LiveTelemetry | null> | null = null

  /** `false` tells nobody anything. */
  constructor(given: Providers | false = {}) {
    this.#isOff = given === false
    this.#given = given === false ? {} : given
  }

  /** null: nobody listens. A promise while the API is being loaded. Asked for every job. */
  get live(): LiveTelemetry | Promise<LiveTelemetry | null> | null {
    if (this.#live !== null) return this.#live
    if (this.#isOff || !this.#isWanted()) return null
    this.#loading ??= this.#load()
    return this.#loading
  }

  #isWanted(): boolean {
    const { meterProvider, tracerProvider } = this.#given
    if (meterProvider !== undefined || tracerProvider !== undefined) return true
    return isRegistered('trace') || isRegistered('metrics')
  }

  async #load(): Promise<LiveTelemetry | null> {
    try {
      const { LiveTelemetry } = await import('./live-telemetry.js')
      this.#live = new LiveTelemetry(this.#given)
      return this.#live
    } catch {
      // As in a bundle that leaves the API out. Jobs matter more than figures about them.
      this.#isOff = true
      return null
    }
  }
}
