import { textOf } from '../codec/text-of.js'
import type { EncodedValue, LogLine } from '../model/job.js'
import type { Receipt } from '../model/lease.js'
import { RESULT_BYTES_MAX } from '../model/units.js'
import type { Report } from '../port/job-store.js'

/** Longer lines are cut: one line must not push out all the others. */
const MESSAGE_LENGTH_MAX = 16_384

/** What a line costs beside its text, about: its instant and level as JSON. */
const LINE_OVERHEAD_BYTES = 50

/** What a running handler has told since it was last sent: the latest progress and the newest 64 KiB of log lines. */
export class AttemptReport {
  #progress: EncodedValue | null = null
  readonly #steps = new Map<string, EncodedValue>()
  #lines: LogLine[] = []
  #bytes = 0

  setProgress(value: EncodedValue): void {
    this.#progress = value
  }

  setStep(key: string, value: EncodedValue): void {
    this.#steps.set(key, value)
  }

  /** At 64 KiB the oldest lines go: that is all that the store keeps of one job. */
  addLine(line: LogLine): void {
    const message = cut(line.message)
    this.#lines.push({ ...line, message })
    this.#bytes += sizeOf(message)
    while (this.#bytes > RESULT_BYTES_MAX) this.#dropOldest()
  }

  /** This report and, after it, a later one of the same attempt. */
  followedBy(later: AttemptReport): this {
    if (later.#progress !== null) this.#progress = later.#progress
    for (const [key, value] of later.#steps) this.#steps.set(key, value)
    for (const line of later.#lines) this.addLine(line)
    return this
  }

  /** What the store is told, in its words. */
  toReport(receipt: Receipt): Report {
    return {
      receipt,
      ...(this.#progress === null ? {} : { progress: this.#progress }),
      ...(this.#lines.length === 0 ? {} : { logs: this.#lines }),
      ...(this.#steps.size === 0 ? {} : { steps: [...this.#steps].map(([key, value]) => ({ key, value })) }),
    }
  }

  #dropOldest(): void {
    const oldest = this.#lines.shift()
    if (oldest !== undefined) this.#bytes -= sizeOf(oldest.message)
  }
}

function sizeOf(message: string): number {
  return Buffer.byteLength(message) + LINE_OVERHEAD_BYTES
}

/** U+0000 and half surrogate pairs are refused by one store or another; a log line is not worth failing for. */
function cut(given: unknown): string {
  const message = textOf(given)
  const text = message.length > MESSAGE_LENGTH_MAX ? `${message.slice(0, MESSAGE_LENGTH_MAX)}...` : message
  return text.toWellFormed().replaceAll('\u0000', '\ufffd')
}
