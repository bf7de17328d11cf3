import type { Histogram, Meter, ObservableResult } from '@opentelemetry/api'
import type { Metric } from './metric-catalogue.js'
import { Tallies } from './tallies.js'

/** Makes the instruments of metrics on one meter. */
export class Instruments {
  readonly #meter: Meter

  constructor(meter: Meter) {
    this.#meter = meter
  }

  /** A counter that the SDK reads when it collects. */
  counter(metric: Metric): Tallies {
    const tallies = new Tallies(metric.attributes)
    this.#meter.createObservableCounter(metric.name, describe(metric)).addCallback((result) => tallies.tell(result))
    return tallies
  }

  /** `tell` is asked each time the SDK collects. */
  gauge(metric: Metric, tell: (result: ObservableResult) => void | Promise<void>): void {
    this.#meter.createObservableGauge(metric.name, describe(metric)).addCallback(tell)
  }

  histogram(metric: Metric): Histogram {
    const advice = { explicitBucketBoundaries: [...(metric.buckets ?? [])] }
    return this.#meter.createHistogram(metric.name, { ...describe(metric), advice })
  }
}

function describe({ description, unit }: Metric): { readonly description: string; readonly unit: string } {
  return { description, unit }
}
