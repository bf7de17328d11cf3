import { cutToWidth, displayWidth } from './display-width.js'
import type { Output } from './printer.js'
import { makePaint, type Paint, type Text } from './text.js'

/** What a terminal has that does not say how large it is. */
const COLUMNS_DEFAULT = 80
const ROWS_DEFAULT = 24

/**
 * A whole terminal that is drawn again and again, beside the page that was there before, which comes back at the end. As with a
 * `Printer`, every text is made safe for the terminal first.
 */
export class Screen {
  readonly #out: Output
  readonly #paint: Paint
  /** What stands on it. */
  #drawn = ''

  constructor(out: Output, env: Readonly<Record<string, string | undefined>>) {
    this.#out = out
    this.#paint = makePaint((env['NO_COLOR'] ?? '') === '')
  }

  /** Cells of a line. */
  get columns(): number {
    return positive(this.#out.columns) ?? COLUMNS_DEFAULT
  }

  get rows(): number {
    return positive(this.#out.rows) ?? ROWS_DEFAULT
  }

  enter(): void {
    this.#out.write('\u001b[?1049h\u001b[?25l')
  }

  /** Shows these lines and nothing else; what does not fit is cut. Writes nothing when they stand there already. */
  draw(lines: readonly (readonly Text[])[]): void {
    const drawn = lines.slice(0, this.rows).map((line) => `${this.#line(line)}\u001b[K`)
    const picture = `\u001b[H${drawn.join('\r\n')}\u001b[J`
    if (picture !== this.#drawn) this.#out.write(picture)
    this.#drawn = picture
  }

  leave(): void {
    this.#out.write('\u001b[?25h\u001b[?1049l')
  }

  #line(parts: readonly Text[]): string {
    let room = this.columns
    const fit = (safe: string): string => {
      const shown = room <= 0 ? '' : cutToWidth(safe, room)
      room -= displayWidth(shown)
      return shown
    }
    return parts.map((part) => this.#paint(part, fit)).join('')
  }
}

function positive(count: number | undefined): number | null {
  return count !== undefined && count > 0 ? count : null
}
