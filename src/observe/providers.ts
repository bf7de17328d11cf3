import type { MeterProvider, TracerProvider } from '@opentelemetry/api'

/** OpenTelemetry providers of a program's own. */
export interface Providers {
  /** Gets the figures. @defaultValue the one that the program has registered */
  readonly meterProvider?: MeterProvider | undefined
  /** Gets the spans. @defaultValue the one that the program has registered */
  readonly tracerProvider?: TracerProvider | undefined
}
