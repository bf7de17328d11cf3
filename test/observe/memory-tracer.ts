import { AsyncLocalStorage } from 'node:async_hooks'
import {
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type ContextManager,
  type Span,
  type SpanContext,
  type SpanOptions,
  type SpanStatus,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api'

/** A span as it was left. */
export interface SeenSpan {
  readonly name: string
  readonly kind: SpanOptions['kind']
  readonly context: SpanContext
  readonly parent: SpanContext | undefined
  attributes: Attributes
  exceptions: { readonly name?: string | undefined; readonly message?: string | undefined }[]
  status: SpanStatus
  ends: number
}

/** Keeps every span that is made; ids count up. */
export class MemoryTracer implements TracerProvider {
  readonly spans: SeenSpan[] = []

  getTracer(): Tracer {
    return { startSpan: (...args) => this.#start(...args), startActiveSpan: refuse }
  }

  /** The only span of a name. */
  only(name: string): SeenSpan {
    const found = this.spans.filter((span) => span.name === name)
    if (found.length !== 1) throw new Error(`expected one span "${name}", got ${found.length}`)
    return found[0]!
  }

  #start(name: string, options: SpanOptions = {}, context: Context = ROOT_CONTEXT): Span {
    const parent = trace.getSpanContext(context)
    const number = this.spans.length + 1
    const seen: SeenSpan = {
      name,
      kind: options.kind,
      context: {
        traceId: parent?.traceId ?? number.toString(16).padStart(32, 'a'),
        spanId: number.toString(16).padStart(16, 'b'),
        traceFlags: TraceFlags.SAMPLED,
        ...(parent?.traceState === undefined ? {} : { traceState: parent.traceState }),
      },
      parent,
      attributes: { ...options.attributes },
      exceptions: [],
      status: { code: SpanStatusCode.UNSET },
      ends: 0,
    }
    this.spans.push(seen)
    return new MemorySpan(seen)
  }
}

class MemorySpan implements Span {
  readonly #seen: SeenSpan

  constructor(seen: SeenSpan) {
    this.#seen = seen
  }

  spanContext(): SpanContext {
    return this.#seen.context
  }

  setAttribute(name: string, value: Attributes[string]): this {
    return this.setAttributes({ [name]: value })
  }

  setAttributes(attributes: Attributes): this {
    this.#seen.attributes = { ...this.#seen.attributes, ...attributes }
    return this
  }

  setStatus(status: SpanStatus): this {
    this.#seen.status = status
    return this
  }

  recordException(exception: Parameters<Span['recordException']>[0]): void {
    const { name, message } = typeof exception === 'string' ? { name: '', message: exception } : exception
    this.#seen.exceptions.push({ name, message })
  }

  end(): void {
    this.#seen.ends++
  }

  isRecording(): boolean {
    return this.#seen.ends === 0
  }

  addEvent = refuse
  addLink = refuse
  addLinks = refuse
  updateName = refuse
}

/** The active context follows promises and callbacks, as with the context manager of the SDK. */
export class AsyncContexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>()

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT
  }

  with<Args extends unknown[], Result>(
    context: Context,
    run: (...args: Args) => Result,
    self?: unknown,
    ...args: Args
  ): Result {
    return this.#storage.run(context, () => run.apply(self, args))
  }

  bind<T>(_context: Context, target: T): T {
    return target
  }

  enable(): this {
    return this
  }

  disable(): this {
    this.#storage.disable()
    return this
  }
}

function refuse(): never {
  throw new Error(`expected only what rota needs of a span, got another call (${INVALID_SPAN_CONTEXT.spanId})`)
}
