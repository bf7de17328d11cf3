import { Deferred } from '../async/deferred.js'
import { ATTEMPT_MARK, startOfMark } from './attempt-mark.js'
import type { OutputStream } from './isolated-child.js'
import { LineBuffer } from './line-buffer.js'

interface Captured {
  readonly lines: LineBuffer
  /** What may be the beginning of a mark. */
  held: string
  /** The last attempt whose output is complete. */
  marked: number
}

/** Collects what a child prints, and knows where the output of an attempt ends. */
export class CapturedOutput {
  readonly #streams: Readonly<Record<OutputStream, Captured>> = { stdout: capture(), stderr: capture() }
  readonly #tell: (stream: OutputStream, line: string) => void
  #wanted: { readonly id: number; readonly complete: Deferred } | null = null

  constructor(tell: (stream: OutputStream, line: string) => void) {
    this.#tell = tell
  }

  add(name: OutputStream, text: string): void {
    const stream = this.#streams[name]
    let rest = stream.held + text
    for (let mark = ATTEMPT_MARK.exec(rest); mark !== null; mark = ATTEMPT_MARK.exec(rest)) {
      stream.lines.add(rest.slice(0, mark.index))
      this.#flush(name, true)
      stream.marked = Number(mark[1])
      rest = rest.slice(mark.index + mark[0].length)
    }
    const held = startOfMark(rest)
    stream.held = rest.slice(held)
    stream.lines.add(rest.slice(0, held))
    this.#check()
  }

  /** Tells the lines that are whole. */
  flush(): void {
    this.#flush('stdout', false)
    this.#flush('stderr', false)
  }

  /** Tells everything: nothing more will come. */
  end(): void {
    for (const name of ['stdout', 'stderr'] as const) {
      const stream = this.#streams[name]
      stream.lines.add(stream.held)
      stream.held = ''
      this.#flush(name, true)
    }
    this.#wanted?.complete.resolve()
  }

  /** Resolves when all that the attempt has printed was told. */
  complete(id: number): Promise<void> {
    const complete = new Deferred()
    this.#wanted = { id, complete }
    this.#check()
    return complete.promise
  }

  #check(): void {
    const { stdout, stderr } = this.#streams
    if (this.#wanted !== null && Math.min(stdout.marked, stderr.marked) >= this.#wanted.id) {
      this.#wanted.complete.resolve()
    }
  }

  #flush(name: OutputStream, all: boolean): void {
    for (const line of this.#streams[name].lines.take(all)) this.#tell(name, line)
  }
}

function capture(): Captured {
  return { lines: new LineBuffer(), held: '', marked: 0 }
}
