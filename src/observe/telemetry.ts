import { checkOptionNames } from '../model/option-names.js'
import type { LiveTelemetry } from './live-telemetry.js'
import type { Providers } from './providers.js'
import { isRegistered } from './registered.js'

const NAMES: ReadonlySet<string> = new Set<keyof Providers>(['meterProvider', 'tracerProvider'])

/**
 * What a rota tells OpenTelemetry. The API is loaded when somebody listens and not before: until then a job pays for a look at
 * one global.
 */
export class Telemetry {
  readonly #given: Providers
  #isOff: boolean
  #live: LiveTelemetry | null = null
  #loading: Promise<LiveTelemetry | null> | null = null

  /** `false` tells nobody anything. Throws a `TypeError` for what is neither that nor providers. */
  constructor(given: Providers | false = {}) {
    this.#isOff = given === false
    this.#given = given === false ? {} : checkProviders(given)
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

function checkProviders(given: Providers): Providers {
  const unchecked: unknown = given
  if (typeof unchecked !== 'object' || unchecked === null) {
    const got = unchecked === null ? 'null' : typeof unchecked
    throw new TypeError(`createRota: telemetry: expected false or an object of providers, got ${got}`)
  }
  checkOptionNames('createRota: telemetry', unchecked, NAMES)
  checkMethod(unchecked, 'meterProvider', 'getMeter')
  checkMethod(unchecked, 'tracerProvider', 'getTracer')
  return unchecked
}

function checkMethod(given: Providers, name: keyof Providers, method: string): void {
  const provider = given[name] as Readonly<Record<string, unknown>> | undefined
  if (provider === undefined || typeof provider?.[method] === 'function') return
  throw new TypeError(`createRota: telemetry: ${name}: expected an object with ${method}(), got ${typeof provider}`)
}
