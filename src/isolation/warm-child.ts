import { onAbort } from '../async/abortable.js'
import { Alarm } from '../async/alarm.js'
import { Deferred } from '../async/deferred.js'
import type { HandlerContext } from '../model/handler-context.js'
import { decode } from '../codec/decode.js'
import { cleanThrown } from '../handlers/clean-thrown.js'
import { withoutTexts } from '../handlers/secrets.js'
import { CapturedOutput } from './captured-output.js'
import { handlerExited, handlerInvalid, loadTimedOut, outOfMemory, timedOut } from './child-errors.js'
import { endAttempt } from './end-attempt.js'
import type { ChildEnd, IsolatedChild, OutputStream } from './isolated-child.js'
import type { AttemptEnd, FromChild } from './messages.js'
import type { ResolvedRunnerOptions } from './runner-options.js'
import { packThrown, unpackThrown } from './thrown-error.js'

/** After its last message the output of an attempt arrives within microseconds; one that closed its output never says that it did. */
const OUTPUT_WITHIN_MS = 1000

/** Secrets of one attempt that its output is cleaned of. Its payload alone has a hundred at most. */
const SECRETS_MAX = 1_000

/** The child of an attempt had died before its handler was called: the attempt is none, and another child can have it. */
export class UnstartedAttempt extends Error {
  constructor(cause: unknown) {
    super('the child ended before the attempt began', { cause })
  }
}

interface RunningAttempt {
  readonly id: number
  /** The child was in use before: whatever ends it before it has begun is not the doing of this attempt. */
  readonly isReuse: boolean
  /** The handler was called. */
  isStarted: boolean
  readonly context: HandlerContext<unknown, never>
  readonly end: Deferred<AttemptEnd>
  /** Why it was told to stop; undefined: it was not. */
  stopReason: { readonly reason: unknown; readonly isTimeout: boolean } | undefined
}

/**
 * A child that has loaded its handler, or is about to, and runs one attempt at a time.
 *
 * | state   | left by                                             | to      |
 * |---------|-----------------------------------------------------|---------|
 * | idle    | `run`                                               | running |
 * | running | the child says how the handler ended                | idle    |
 * | running | the grace after an abort or a time-out is over      | dying   |
 * | any     | too much memory, the load takes too long, `close`   | dying   |
 * | any     | the child ends                                      | ended   |
 */
export class WarmChild {
  /** The file that it has loaded, which may have been written again since. */
  readonly file: string
  /** Which version of the handler that is. */
  readonly version: number
  /** Resolves when nothing is left of it. */
  readonly ended = new Deferred()
  /** When it became idle, monotonic. */
  idleSince: number
  readonly #options: ResolvedRunnerOptions
  readonly #child: IsolatedChild
  readonly #output: CapturedOutput
  readonly #load: Alarm
  readonly #timeout: Alarm
  readonly #kill: Alarm
  #attempts = 0
  #running: RunningAttempt | null = null
  #isLoaded = false
  /** Why it ends, once that is decided. */
  #doom: Error | null = null
  #isDying = false
  /** What is taken out of all that it prints: the secrets of this attempt, and of the one before, which may print late. */
  #secrets: readonly string[] = []
  #secretsBefore: readonly string[] = []
  #toldBytes: number | null = null

  constructor(file: string, version: number, options: ResolvedRunnerOptions) {
    const { clock, handler, loadTimeoutMs, startChild, what } = options
    this.file = file
    this.version = version
    this.#options = options
    this.idleSince = clock.monotonic()
    this.#output = new CapturedOutput((stream, line) => this.#tellLine(stream, line))
    this.#load = new Alarm(clock, () => this.#die(loadTimedOut(what, file, loadTimeoutMs)))
    this.#timeout = new Alarm(clock, () => this.#timeUp())
    this.#kill = new Alarm(clock, () => this.kill())
    this.#child = startChild(
      options.child,
      {
        message: (message) => this.#receive(message),
        output: (stream, text) => this.#output.add(stream, text),
        ended: (end) => this.#over(end),
      },
      clock,
    )
    this.#child.hold(false)
    this.#child.send({ kind: 'load', file, handler })
  }

  /** Whether it can take an attempt. */
  get isIdle(): boolean {
    return this.#running === null && !this.#isDying
  }

  get isRunning(): boolean {
    return this.#running !== null
  }

  /** Whether its end has begun. */
  get isDying(): boolean {
    return this.#isDying
  }

  /** Runs the handler once. One at a time. */
  async run(payload: unknown, context: HandlerContext<unknown, never>): Promise<unknown> {
    const id = ++this.#attempts
    const isReuse = this.#isLoaded
    const attempt: RunningAttempt = {
      id,
      isReuse,
      isStarted: false,
      context,
      end: new Deferred(),
      stopReason: undefined,
    }
    this.#running = attempt
    this.#secretsBefore = this.#secrets
    this.#secrets = []
    this.#child.hold(true)
    if (!this.#isLoaded) this.#load.setWithin(this.#options.loadTimeoutMs)
    const stopListening = onAbort(context.signal, (reason) => this.#stop(attempt, reason, false))
    try {
      const { complete: _complete, ...job } = context.job // transactions stay here
      this.#child.send({ kind: 'run', id, payload, job, fence: context.fence, timeoutMs: this.#options.timeoutMs })
      const end = await attempt.end.promise
      await this.#outputOf(id)
      if (attempt.stopReason?.isTimeout === true) throw attempt.stopReason.reason
      return endAttempt(end, context)
    } finally {
      stopListening()
      this.#finish()
    }
  }

  /** Looks at its memory, and tells what it has printed. */
  look(): void {
    this.#output.flush()
    if (this.#isDying) return
    const { child, what } = this.#options
    const bytes = this.#measure()
    if (bytes !== null && bytes > child.memoryBytes) this.#die(outOfMemory(what, child.memoryBytes, bytes))
  }

  /** Asks it to end, and ends it when it does not. */
  close(): void {
    this.#isDying = true
    this.#child.hold(true) // until it is gone, so that nothing is left behind
    this.#kill.setWithin(this.#options.graceMs)
    this.#child.end()
  }

  /** Ends it at once. */
  kill(): void {
    this.#isDying = true
    this.#child.kill()
  }

  #finish(): void {
    this.#timeout.cancel()
    this.#load.cancel()
    this.#output.flush()
    this.#running = null
    this.idleSince = this.#options.clock.monotonic()
    if (this.#isDying) return
    this.#kill.cancel()
    this.#child.hold(false)
  }

  #receive(message: FromChild): void {
    const attempt = 'id' in message && message.id === this.#running?.id ? this.#running : null
    switch (message.kind) {
      case 'load-failed':
        this.#doom ??= handlerInvalid(this.#options.what, this.file, unpackThrown(message.error))
        this.#isDying = true
        return
      case 'crashed':
        this.#doom ??= cleanThrown(unpackThrown(message.error), this.#clean) as Error
        this.#isDying = true
        return
      case 'started':
        this.#isLoaded = true
        this.#load.cancel()
        if (attempt !== null) attempt.isStarted = true
        if (attempt !== null && this.#options.timeoutMs !== null) this.#timeout.setWithin(this.#options.timeoutMs)
        return
      case 'lines':
        for (const { level, message: text } of message.lines) attempt?.context.log[level](this.#clean(text))
        return
      case 'secrets':
        if (attempt !== null) this.#addSecrets(message.texts)
        return
      case 'progress':
        attempt?.context.progress(decode(message.value))
        return
      case 'ended':
        if (attempt === null) return
        this.#timeout.cancel() // what is still awaited is not the handler's time
        this.#kill.cancel() // it has heeded what it was told
        attempt.end.resolve(message.end)
        return
      case 'measured':
        this.#toldBytes = message.bytes
    }
  }

  readonly #clean = (text: string): string => withoutTexts(withoutTexts(text, this.#secrets), this.#secretsBefore)

  /** A function may call another with a payload of its own. The longest first: one secret may be a part of another. */
  #addSecrets(texts: readonly string[]): void {
    const all = [...new Set([...this.#secrets, ...texts])].slice(-SECRETS_MAX)
    this.#secrets = all.sort((one, other) => other.length - one.length)
  }

  #timeUp(): void {
    const attempt = this.#running
    if (attempt === null || this.#options.timeoutMs === null) return
    const { timeoutMs, what } = this.#options
    this.#stop(attempt, timedOut(what, attempt.context.job.id, timeoutMs), true)
  }

  /** Tells the handler, and ends its child when it does not end in time; the first reason stands. */
  #stop(attempt: RunningAttempt, reason: unknown, isTimeout: boolean): void {
    if (attempt.stopReason !== undefined) return
    attempt.stopReason = { reason, isTimeout }
    this.#timeout.cancel()
    this.#child.send({ kind: 'abort', id: attempt.id, reason: packThrown(reason) })
    this.#kill.setWithin(this.#options.graceMs)
  }

  #die(reason: Error): void {
    this.#doom ??= reason
    this.kill()
  }

  #over(end: ChildEnd): void {
    this.#isDying = true
    this.#kill.cancel()
    this.#output.end()
    const attempt = this.#running
    if (attempt !== null) {
      const cause = this.#causeOf(end, attempt)
      const isUnstarted = attempt.isReuse && !attempt.isStarted && attempt.stopReason === undefined
      attempt.end.reject(isUnstarted ? new UnstartedAttempt(cause) : cause)
    }
    this.ended.resolve()
  }

  #causeOf(end: ChildEnd, { stopReason }: RunningAttempt): unknown {
    const { child, what } = this.#options
    if (this.#doom !== null) return this.#doom
    if (end.heapFull) return outOfMemory(what, child.memoryBytes, null)
    return stopReason === undefined ? handlerExited(what, this.#child.name, end) : stopReason.reason
  }

  /** What it takes now; where only it knows, what it said when it was last asked. */
  #measure(): number | null {
    const measured = this.#child.memoryBytes()
    if (measured !== 'ask') return measured
    this.#child.send({ kind: 'measure' })
    return this.#toldBytes
  }

  async #outputOf(id: number): Promise<void> {
    const enough = new AbortController()
    const waited = this.#options.clock.sleep(OUTPUT_WITHIN_MS, enough.signal).catch(() => undefined)
    await Promise.race([this.#output.complete(id), waited])
    enough.abort()
  }

  #tellLine(stream: OutputStream, printed: string): void {
    const line = this.#clean(printed)
    const log = this.#running?.context.log
    if (log === undefined) this.#options.onOutput(stream, line)
    else if (stream === 'stdout') log.info(line)
    else log.error(line)
  }
}
