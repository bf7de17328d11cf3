import { encodeResult } from '../../codec/encode-result.js'
import { encode } from '../../codec/encode.js'
import { onOutputSecrets } from '../../handlers/output-secrets.js'
import { runFunction } from '../../handlers/run-function.js'
import type { StackFunction } from '../../handlers/run-function.js'
import type { Clock } from '../../model/clock.js'
import type { EncodedValue } from '../../model/job.js'
import { isOutcome } from '../../model/outcome.js'
import type { AttemptEnd, FromChild, ToChild } from '../messages.js'
import { packThrown, unpackThrown } from '../thrown-error.js'
import { makeChildContext } from './child-context.js'
import { LineSender } from './line-sender.js'
import { loadHandler } from './load-handler.js'
import { Surroundings } from './surroundings.js'

/** How a child reaches its parent, and ends itself. */
export interface ParentPort {
  readonly send: (message: FromChild) => void
  /** Sends, and ends this child once that is on its way. */
  readonly sendLast: (message: FromChild) => void
  /** Writes a mark of the attempt to both outputs, behind everything that it wrote. */
  readonly mark: (id: number) => Promise<void>
}

interface Running {
  readonly id: number
  readonly controller: AbortController
  readonly lines: LineSender
  /** The latest that was not sent yet. */
  progress: EncodedValue | null
}

/** Runs the attempts that the parent sends, one at a time, in the child. */
export class HandlerHost {
  readonly #port: ParentPort
  readonly #clock: Clock
  #handler: Promise<StackFunction> | null = null
  #surroundings: Surroundings | null = null
  #running: Running | null = null

  constructor(port: ParentPort, clock: Clock) {
    this.#port = port
    this.#clock = clock
    onOutputSecrets((texts) => {
      const id = this.#running?.id
      if (id !== undefined) this.#port.send({ kind: 'secrets', id, texts })
    })
  }

  receive(message: ToChild): void {
    switch (message.kind) {
      case 'load':
        this.#handler = loadHandler(message.file, message.handler)
        this.#handler.catch((error: unknown) => this.#port.sendLast({ kind: 'load-failed', error: packThrown(error) }))
        return
      case 'run':
        this.#run(message).catch((error: unknown) => this.crashed(error))
        return
      case 'abort':
        if (this.#running?.id === message.id) this.#running.controller.abort(unpackThrown(message.reason))
        return
      case 'measure':
        this.#port.send({ kind: 'measured', bytes: process.memoryUsage.rss() })
    }
  }

  /** Something failed that nobody waits for: nothing in this child can be trusted any more. */
  crashed(error: unknown): void {
    this.#running?.lines.flush()
    this.#port.sendLast({ kind: 'crashed', error: packThrown(error) })
  }

  async #run(message: ToChild & { readonly kind: 'run' }): Promise<void> {
    const { id } = message
    const running = this.#begin(id)
    const handler = await this.#handler?.catch(() => null)
    if (handler == null) return // the parent knows: it could not be loaded
    this.#surroundings ??= new Surroundings()
    this.#port.send({ kind: 'started', id })
    const end = await this.#call(handler, message, running)
    running.lines.flush()
    this.#sendProgress(running)
    this.#running = null
    this.#surroundings.restore()
    await this.#port.mark(id)
    this.#port.send({ kind: 'ended', id, end })
  }

  #begin(id: number): Running {
    const lines = new LineSender(
      (told) => this.#port.send({ kind: 'lines', id, lines: told }),
      (fire) => this.#clock.defer(fire),
    )
    this.#running = { id, controller: new AbortController(), lines, progress: null }
    return this.#running
  }

  async #call(
    handler: StackFunction,
    { payload, job, fence, timeoutMs }: ToChild & { readonly kind: 'run' },
    running: Running,
  ): Promise<AttemptEnd> {
    const context = makeChildContext({
      job,
      fence,
      signal: running.controller.signal,
      addLine: (level, line) => running.lines.add(level, line),
      setProgress: (value) => this.#setProgress(running, value),
    })
    try {
      return describeEnd(await runFunction(handler, payload, context, { clock: this.#clock, timeoutMs }))
    } catch (error) {
      return { how: 'threw', error: packThrown(error) }
    }
  }

  /** Progress replaces what was said before, so the latest of each turn of the event loop is enough. */
  #setProgress(running: Running, value: EncodedValue): void {
    if (running.progress === null) this.#clock.defer(() => this.#sendProgress(running))
    running.progress = value
  }

  #sendProgress(running: Running): void {
    if (running.progress === null) return
    this.#port.send({ kind: 'progress', id: running.id, value: running.progress })
    running.progress = null
  }
}

function describeEnd(value: unknown): AttemptEnd {
  if (!isOutcome(value)) {
    const { encoded, problem } = encodeResult(value)
    return { how: 'returned', value: encoded, problem: problem === null ? null : packThrown(problem) }
  }
  const given = value as unknown as Readonly<Record<string, unknown>>
  switch (value.kind) {
    case 'again': {
      const params =
        given['params'] === undefined ? null : encode(given['params'], { what: 'params of another iteration' })
      return { how: 'again', params, at: given['at'], after: given['after'], contract: value.contract }
    }
    case 'snooze':
      return { how: 'snooze', until: given['until'] }
    case 'cancel':
      return { how: 'cancel', reason: given['reason'] }
    case 'park':
      return { how: 'park', reason: value.reason }
  }
}
