/** Lines of one stream that one flush takes, the newest: what a job keeps of its log has room for about as many. */
const LINES_MAX = 1000

/** Characters that wait for a flush, the newest: as many as a job keeps of its log. */
const WAITING_LENGTH_MAX = 65_536

/**
 * What a child prints on one stream, until it is taken as lines. A flood costs no more than the newest 64 Ki characters and 1,000
 * lines of each flush; how much was left out is said instead.
 */
export class LineBuffer {
  #waiting = ''
  #leftOut = 0

  add(text: string): void {
    this.#waiting += text
    // Twice as many, so that a flood is not copied with every chunk.
    if (this.#waiting.length > 2 * WAITING_LENGTH_MAX) this.#drop(this.#waiting.length - WAITING_LENGTH_MAX)
  }

  /** Takes the lines that are whole; with `all`, also one without an end. */
  take(all: boolean): readonly string[] {
    const end = all ? this.#waiting.length : this.#waiting.lastIndexOf('\n') + 1
    if (end === 0) return []
    const text = this.#waiting.slice(0, this.#waiting[end - 1] === '\n' ? end - 1 : end)
    this.#waiting = this.#waiting.slice(end)
    const lines = text.split('\n')
    const newest = lines.slice(-LINES_MAX)
    for (const line of lines.slice(0, -LINES_MAX)) this.#leftOut += line.length + 1
    if (this.#leftOut > 0) newest.unshift(`(${this.#leftOut} characters of output left out)`)
    this.#leftOut = 0
    return newest
  }

  #drop(length: number): void {
    this.#leftOut += length
    this.#waiting = this.#waiting.slice(length)
  }
}
