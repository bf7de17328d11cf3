import type { MeterProvider as Provider } from '@opentelemetry/api'
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import {
  AggregationTemporality,
  InstrumentType,
  MeterProvider,
  MetricReader,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import type { DurationMs } from '../model/units.js'

/** Longer than the store may take for its figures (1 s): they are left out then, and the others are told. */
const COLLECT_MS: DurationMs = 3_000

/** What Prometheus writes for a unit at the end of a name (OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility"). */
const UNITS: ReadonlyMap<string, string> = new Map([['s', 'seconds']])

/** Collects when it is asked, and only then. */
class ScrapeReader extends MetricReader {
  constructor() {
    // Cumulative gauges of this SDK never forget: a queue that is gone, or a store that does not answer, would keep its last figure.
    const { CUMULATIVE, DELTA } = AggregationTemporality
    const isGauge = (type: InstrumentType): boolean => type === InstrumentType.OBSERVABLE_GAUGE
    super({ aggregationTemporalitySelector: (type) => (isGauge(type) ? DELTA : CUMULATIVE) })
  }

  protected override async onForceFlush(): Promise<void> {
    // It keeps nothing.
  }

  protected override async onShutdown(): Promise<void> {
    // It has opened nothing.
  }
}

/** Figures of this process as Prometheus reads them. */
export class MetricsText {
  /** Give it to whoever has figures. */
  readonly provider: Provider
  readonly #own: MeterProvider
  readonly #reader = new ScrapeReader()
  /** It may bring a copy of the SDK of its own, so its types are not quite ours. */
  readonly #serializer: { serialize(metrics: ResourceMetrics): string }
  readonly #prefix: string
  #collecting: Promise<string> | null = null

  /** `prefix` stands for `rota` in the names of its metrics. */
  constructor(prefix: string) {
    this.#prefix = prefix
    this.#serializer = new PrometheusSerializer('', false, undefined, true, true)
    this.#own = new MeterProvider({ readers: [this.#reader] })
    this.provider = this.#own
  }

  /** What the type of the text is called in HTTP. */
  static readonly contentType = 'text/plain; version=0.0.4; charset=utf-8'

  /** The figures of now; whoever asks while they are being collected gets the same. */
  read(): Promise<string> {
    this.#collecting ??= this.#collect().finally(() => (this.#collecting = null))
    return this.#collecting
  }

  close(): Promise<void> {
    return this.#own.shutdown()
  }

  async #collect(): Promise<string> {
    const { resourceMetrics } = await this.#reader.collect({ timeoutMillis: COLLECT_MS })
    return `${this.#serializer.serialize(named(resourceMetrics, this.#prefix))}\n`
  }
}

/** The same figures under the names that Prometheus is used to: with the prefix, and with the unit at the end. */
function named(metrics: ResourceMetrics, prefix: string): ResourceMetrics {
  const rename = (metric: MetricData): MetricData => {
    const { name, unit } = metric.descriptor
    const suffix = UNITS.get(unit)
    const prefixed = name.replace(/^rota\./, `${prefix}.`)
    const descriptor =
      suffix === undefined
        ? { ...metric.descriptor, name: prefixed, unit: '' }
        : { ...metric.descriptor, name: `${prefixed}.${suffix}`, unit: suffix }
    return { ...metric, descriptor }
  }
  const scopeMetrics = metrics.scopeMetrics.map((scope) => ({ ...scope, metrics: scope.metrics.map(rename) }))
  return { ...metrics, scopeMetrics }
}
