import { textOf } from '../../codec/text-of.js'
import type { ToldLine } from '../messages.js'

/** The worker cuts lines at 16 Ki characters and shows that it did: one more is enough for that. */
const MESSAGE_LENGTH_MAX = 16_385

/** Lines that go at once in each turn of the event loop: a handler that then blocks it for ever has told where it was. */
const AT_ONCE_MAX = 100

/** Of a flood, so many travel together. */
const BATCH = 100

/** Sends log lines to the parent: single ones at once, floods in batches. */
export class LineSender {
  readonly #send: (lines: readonly ToldLine[]) => void
  readonly #defer: (fire: () => void) => void
  #waiting: ToldLine[] = []
  #inTurn = 0

  constructor(send: (lines: readonly ToldLine[]) => void, defer: (fire: () => void) => void) {
    this.#send = send
    this.#defer = defer
  }

  add(level: ToldLine['level'], given: unknown): void {
    if (this.#inTurn === 0) this.#defer(() => this.flush())
    this.#waiting.push({ level, message: textOf(given).slice(0, MESSAGE_LENGTH_MAX) })
    if (++this.#inTurn <= AT_ONCE_MAX || this.#waiting.length >= BATCH) this.#sendWaiting()
  }

  /** Sends what waits; a new turn begins. */
  flush(): void {
    this.#inTurn = 0
    if (this.#waiting.length > 0) this.#sendWaiting()
  }

  #sendWaiting(): void {
    const lines = this.#waiting
    this.#waiting = []
    this.#send(lines)
  }
}
