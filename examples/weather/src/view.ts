/** What the live view shows; plain data, so that drawing it is a pure function. */
export interface Snapshot {
  readonly seconds: number
  readonly queues: readonly QueueLine[]
  readonly running: readonly string[]
  readonly failures: readonly string[]
  readonly ticks: readonly string[]
  readonly month: string
  readonly done: number
  readonly of: number
}

/** One queue: jobs by state, and jobs finished each second since the last look. */
export interface QueueLine {
  readonly name: string
  readonly waiting: number
  readonly running: number
  readonly completed: number
  readonly failed: number
  readonly perSecond: number
}

const BAR_WIDTH = 32

/** Draws a snapshot as lines no longer than `width`. */
export function draw(snapshot: Snapshot, width: number): readonly string[] {
  const filled = Math.round((BAR_WIDTH * snapshot.done) / Math.max(1, snapshot.of))
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled)
  return [
    '',
    `  rota · Seattle's weather, month by month · ${snapshot.seconds.toFixed(0)} s`,
    '',
    `  ${bar}  ${String(snapshot.done)} of ${String(snapshot.of)} months · ${snapshot.month}`,
    '',
    `  ${'queue'.padEnd(10)}${['waiting', 'running', 'completed', 'failed', 'per second'].map((head) => head.padStart(11)).join('')}`,
    ...snapshot.queues.map(
      (line) =>
        `  ${line.name.padEnd(10)}${[line.waiting, line.running, line.completed, line.failed, line.perSecond.toFixed(1)]
          .map((value) => String(value).padStart(11))
          .join('')}`,
    ),
    '',
    `  running   ${snapshot.running.join(', ') || 'nothing right now'}`,
    `  failures  ${snapshot.failures.join('; ') || 'none so far'}`,
    `  next tick ${snapshot.ticks.join(', ') || 'none'}`,
    '',
    '  Ctrl-C drains and stops; start again and it carries on.',
  ].map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line))
}

/** Puts lines over the lines that were drawn before, without scrolling. */
export class Screen {
  readonly #out: NodeJS.WriteStream
  #drawn = 0

  constructor(out: NodeJS.WriteStream) {
    this.#out = out
  }

  draw(lines: readonly string[]): void {
    const back = this.#drawn > 0 ? `\u001b[${String(this.#drawn)}A\u001b[0J` : ''
    this.#out.write(`${back}${lines.join('\n')}\n`)
    this.#drawn = lines.length
  }
}
