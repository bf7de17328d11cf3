import { describe, expect, it } from 'vitest'
import { Printer, type Output } from './printer.js'

class Sink implements Output {
  text = ''
  readonly isTTY: boolean
  readonly columns: number | undefined
  constructor(columns?: number) {
    this.isTTY = columns !== undefined
    this.columns = columns
  }
  write(text: string, done?: () => void): void {
    this.text += text
    done?.()
  }
}

const table = {
  title: '1 Scheduled Task(s)',
  columns: [{ head: 'Name' }, { head: 'Schedule' }, { head: 'Fired', align: 'right' as const }],
  rows: [
    ['EMAIL_MONTHLY_UPDATE', '0 0 1 * *', '12'],
    ['B', '@daily', '7'],
  ],
}

describe('a table', () => {
  it('is a rounded box with a centred title, heads, and rows without rules between them', async () => {
    const sink = new Sink()
    await new Printer(sink, {}).table(table)
    expect(sink.text).toBe(
      [
        '╭──────────────────────────────────────────╮',
        '│           1 Scheduled Task(s)            │',
        '├──────────────────────┬───────────┬───────┤',
        '│ Name                 │ Schedule  │ Fired │',
        '├──────────────────────┼───────────┼───────┤',
        '│ EMAIL_MONTHLY_UPDATE │ 0 0 1 * * │    12 │',
        '│ B                    │ @daily    │     7 │',
        '╰──────────────────────┴───────────┴───────╯',
        '',
      ].join('\n'),
    )
  })

  it('is cut to the width of the terminal, the widest column first', async () => {
    const sink = new Sink(36)
    await new Printer(sink, { NO_COLOR: '1' }).table(table)
    const lines = sink.text.trimEnd().split('\n')
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([36]))
    expect(sink.text).toContain('EMAIL_MONTH…')
    expect(sink.text).toContain('0 0 1 * *')
  })

  it('keeps every cell whole where no terminal limits it', async () => {
    const sink = new Sink()
    const long = 'x'.repeat(300)
    await new Printer(sink, {}).table({ ...table, rows: [[long, 'a', '1']] })
    expect(sink.text).toContain(long)
  })

  it('is wide enough for a title that is wider than its columns', async () => {
    const sink = new Sink()
    await new Printer(sink, {}).table({ title: 'a title of many words', columns: [{ head: 'A' }], rows: [['b']] })
    expect(sink.text).toContain('│ a title of many words │')
  })
})

describe('a view', () => {
  it('has its labels on the right edge and values below each other', async () => {
    const sink = new Sink()
    await new Printer(sink, {}).view({
      title: 'Scheduled Task EMAIL created at 17 Feb 22 17:40:37 UTC',
      fields: [
        ['Schedule', '0 0 1 * *'],
        ['Left Out', null],
        ['Scheduling Deadline', '12h0m0s'],
      ],
      sections: [{ heading: 'Leader Elections', fields: [['Elections', ['', 'task_scheduler: dev1.example.net']]] }],
    })
    expect(sink.text).toBe(
      [
        'Scheduled Task EMAIL created at 17 Feb 22 17:40:37 UTC',
        '',
        '             Schedule: 0 0 1 * *',
        '  Scheduling Deadline: 12h0m0s',
        '',
        'Leader Elections:',
        '',
        '            Elections:',
        '                       task_scheduler: dev1.example.net',
        '',
      ].join('\n'),
    )
  })
})

describe('colours', () => {
  const red = { text: 'no\u001b[0m', style: 'red' as const }

  it('are for terminals, around text that is escaped', () => {
    const sink = new Sink(80)
    new Printer(sink, {}).line(red)
    expect(sink.text).toBe('\u001b[31mno\\u{1b}[0m\u001b[39m\n')
  })

  it.each([
    ['NO_COLOR', { NO_COLOR: '1' }],
    ['a dumb terminal', { TERM: 'dumb' }],
  ])('are left out for %s', (_reason, env) => {
    const sink = new Sink(80)
    new Printer(sink, env).line(red)
    expect(sink.text).toBe('no\\u{1b}[0m\n')
  })

  it('are left out where no terminal is', () => {
    const sink = new Sink()
    new Printer(sink, {}).line(red)
    expect(sink.text).toBe('no\\u{1b}[0m\n')
  })
})

it('shows progress only on a terminal', () => {
  const [terminal, pipe] = [new Sink(80), new Sink()]
  new Printer(terminal, {}).status('5 of 10')
  new Printer(pipe, {}).status('5 of 10')
  expect(terminal.text).toBe('\r\u001b[2K5 of 10')
  expect(pipe.text).toBe('')
})
