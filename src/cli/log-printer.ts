import type { Clock } from '../model/clock.js'
import { redactSecrets } from './redact.js'
import { formatTimeOfDay, isoInstant } from './render/instant.js'
import type { Printer } from './render/printer.js'
import type { Style } from './render/text.js'

type LogLevel = 'info' | 'warn' | 'error'

const STYLES: Readonly<Record<LogLevel, Style>> = { info: 'cyan', warn: 'yellow', error: 'red' }

/** Facts are flattened this deep: `job` of a worker's event and `cause` of an error are shown, a graph is not. */
const DEPTH_MAX = 3

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
    const flat = Object.fromEntries(flatten(facts, 0))
    if (this.#json) {
      this.#out.jsonLine({ time: isoInstant(at), level, message: redactSecrets(message), ...flat })
      return
    }
    const shown = Object.entries(flat).map(([name, value]) => ` ${name}=${quoted(String(value))}`)
    const head = { text: `${level.toUpperCase()}[${formatTimeOfDay(at)}]`, style: STYLES[level] }
    this.#out.line(head, ` ${redactSecrets(message)}`, { text: shown.join(''), style: 'dim' })
  }
}

type FlatValue = string | number | boolean

/** Facts on one level, so that a line of text and a line of JSON have the same names. What is null or undefined is left out. */
function flatten(facts: object, depth: number): [name: string, value: FlatValue][] {
  return Object.entries(facts).flatMap(([name, value]: [string, unknown]): [string, FlatValue][] => {
    if (value === null || value === undefined) return []
    if (typeof value === 'number' || typeof value === 'boolean') return [[name, value]]
    if (value instanceof Error) return [[name, redactSecrets(errorText(value, 0))]]
    if (Array.isArray(value)) return [[name, redactSecrets(value.map(String).join(','))]]
    if (typeof value === 'object') return depth < DEPTH_MAX ? flatten(value, depth + 1) : []
    return typeof value === 'string' ? [[name, redactSecrets(value)]] : []
  })
}

function errorText(error: Error, depth: number): string {
  const own = `${error.name}: ${error.message}`
  return error.cause instanceof Error && depth < DEPTH_MAX
    ? `${own}, because ${errorText(error.cause, depth + 1)}`
    : own
}

/** Quoted where a reader could not tell where it ends. */
function quoted(text: string): string {
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text)
}
