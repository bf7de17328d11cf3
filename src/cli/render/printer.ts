import { escapeJson } from './escape.js'
import type { Table } from './table.js'
import { makePaint, type Paint, type Text } from './text.js'
import type { View } from './view.js'

/** Where printed text goes: `process.stdout` fits. */
export interface Output {
  write(text: string, done?: (error?: Error | null) => void): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  readonly rows?: number | undefined
}

/** The only writer of the command: whatever is printed has been made safe for a terminal here. */
export class Printer {
  readonly #out: Output
  readonly #paint: Paint
  /** True when a person is looking. */
  readonly isTerminal: boolean

  constructor(out: Output, env: Readonly<Record<string, string | undefined>>) {
    this.#out = out
    this.isTerminal = out.isTTY === true
    this.#paint = makePaint(this.isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb')
  }

  /** Prints one line made of parts. */
  line(...parts: readonly Text[]): void {
    this.#out.write(`${parts.map((part) => this.#paint(part)).join('')}\n`)
  }

  /** Prints text of our own that has several lines, such as help. */
  lines(text: string): void {
    for (const line of text.replace(/\n$/, '').split('\n')) this.line(line)
  }

  /** Replaces the line that stands on a terminal; an empty one wipes it. Elsewhere nothing is printed. */
  status(text: string): void {
    if (this.isTerminal) this.#out.write(`\r\u001b[2K${this.#paint(text)}`)
  }

  /** Asks for an answer on the same line. */
  ask(question: string): void {
    this.#out.write(`${this.#paint(question)} `)
  }

  /** Prints a box with a title; on a terminal it is made to fit. */
  async table(table: Table): Promise<void> {
    const { renderTable } = await import('./table.js')
    this.#out.write(`${renderTable(table, this.#paint, this.columns)}\n`)
  }

  /** Prints a title and labelled values below it. */
  async view(view: View): Promise<void> {
    const { renderView } = await import('./view.js')
    this.#out.write(`${renderView(view, this.#paint)}\n`)
  }

  /** Prints one JSON document. */
  json(value: unknown): void {
    this.#out.write(`${escapeJson(JSON.stringify(value, null, 2))}\n`)
  }

  /** Prints one JSON value on one line. */
  jsonLine(value: unknown): void {
    this.#out.write(`${escapeJson(JSON.stringify(value))}\n`)
  }

  /** Resolves when everything printed so far has left the process; a reader that is slow is waited for. */
  flush(): Promise<void> {
    return new Promise((resolve) => this.#out.write('', () => resolve()))
  }

  /** How many cells wide the terminal is; null for what is none, and for one that does not know, as pseudo-terminals often do not. */
  get columns(): number | null {
    const { columns = 0 } = this.#out
    return this.isTerminal && columns > 0 ? columns : null
  }
}
