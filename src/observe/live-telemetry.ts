import { metrics, trace } from '@opentelemetry/api'
import { AttemptTracer } from './attempt-tracer.js'
import { metersOf, type Meters } from './meters.js'
import { isRegistered } from './registered.js'
import type { Providers } from './providers.js'
import { writeTrace } from './trace-headers.js'

/** Where figures and spans go: to the providers that a rota was given, or else to those that its program has registered. */
export class LiveTelemetry {
  readonly #given: Providers
  #meters: Meters | null = null
  #tracer: AttemptTracer | null = null

  constructor(given: Providers) {
    this.#given = given
  }

  /** null: nobody wants figures, so far. */
  get meters(): Meters | null {
    if (this.#meters !== null) return this.#meters
    const provider = this.#given.meterProvider ?? (isRegistered('metrics') ? metrics.getMeterProvider() : undefined)
    if (provider !== undefined) this.#meters = metersOf(provider)
    return this.#meters
  }

  /** null: nobody wants spans, so far. */
  get tracer(): AttemptTracer | null {
    if (this.#tracer !== null) return this.#tracer
    const provider = this.#given.tracerProvider ?? (isRegistered('trace') ? trace.getTracerProvider() : undefined)
    if (provider !== undefined) this.#tracer = new AttemptTracer(provider)
    return this.#tracer
  }

  /** The headers with which a job carries the active trace; null when there is none. */
  traceHeaders(): Readonly<Record<string, string>> | null {
    if (this.tracer === null) return null
    try {
      return writeTrace()
    } catch {
      return null // a propagator of the program has failed, and the job is stored without it
    }
  }
}
