import type { Clock } from '../model/clock.js'
import { flatFacts, type LogLevel, logLine } from './log-line.js'
import { redactSecrets } from './redact.js'
import { isoInstant } from './render/instant.js'
import type { Printer } from './render/printer.js'

/**
 * Writes the log of a service: `INFO[19:21:29] worker: failed task=invoice:send error="Error: boom"`, or a JSON object on
 * each line: `{ time, level, message, ...facts }`. It has the shape of a pino logger, as far as rota's services use one.
 */
export class LogPrinter {
  readonly #out: Printer
  readonly #clock: Pick<Clock, 'now'>
  readonly #json: boolean

  constructor(parts: { readonly out: Printer; readonly clock: Pick<Clock, 'now'>; readonly json: boolean }) {
    this.#out = parts.out
    this.#clock = parts.clock
    this.#json = parts.json
  }

  info(facts: object, message: string): void {
    this.#write('info', facts, message)
  }

  warn(facts: object, message: string): void {
    this.#write('warn', facts, message)
  }

  error(facts: object, message: string): void {
    this.#write('error', facts, message)
  }

  /** As `info`, for a message that says what is to be known of its facts: they are for programs. */
  tell(facts: object, message: string): void {
    this.#write('info', this.#json ? facts : {}, message)
  }

  #write(level: LogLevel, facts: object, message: string): void {
    const at = this.#clock.now()
    if (!this.#json) return this.#out.line(...logLine(level, at, facts, message))
    this.#out.jsonLine({ time: isoInstant(at), level, message: redactSecrets(message), ...flatFacts(facts) })
  }
}
