import { expect, test } from 'vitest'
import type { LogLine } from '../model/job.js'
import { AttemptReport } from './attempt-report.js'

const line = (message: string): LogLine => ({ at: 0, level: 'info', message })
const messages = (report: AttemptReport): string[] => (report.toReport('r').logs ?? []).map(({ message }) => message)

test('a report that has nothing to say says nothing', () => {
  expect(new AttemptReport().toReport('r')).toEqual({ receipt: 'r' })
})

test('the oldest lines go when they take more than 64 KiB together', () => {
  const report = new AttemptReport()
  for (let index = 0; index < 100; index++) report.addLine(line(`${index} ${'x'.repeat(1000)}`))
  const kept = messages(report)
  expect(kept.at(-1)).toMatch(/^99 /)
  expect(kept.length).toBeLessThan(65)
  expect(kept.length).toBeGreaterThan(55)
})

test('a long line is cut, and what no store can keep is replaced', () => {
  const report = new AttemptReport()
  report.addLine(line('x'.repeat(1_000_000)))
  report.addLine(line('a\u0000b\ud800'))
  expect(messages(report)[0]).toHaveLength(16_387)
  expect(messages(report)[1]).toBe('a\ufffdb\ufffd')
})

test('what has no text is told as that', () => {
  const report = new AttemptReport()
  for (const odd of [undefined, 7, Symbol('s'), Object.create(null)]) report.addLine(line(odd as string))
  expect(messages(report)).toEqual(['undefined', '7', 'Symbol(s)', 'object that cannot be shown'])
})

test('a report that could not be sent comes before what was told since', () => {
  const first = new AttemptReport()
  first.addLine(line('1'))
  first.setProgress({ json: '1', note: null })
  const second = new AttemptReport()
  second.addLine(line('2'))
  expect(messages(first.followedBy(second))).toEqual(['1', '2'])
  expect(first.toReport('r').progress).toEqual({ json: '1', note: null })
  const third = new AttemptReport()
  third.setProgress({ json: '3', note: null })
  expect(first.followedBy(third).toReport('r').progress).toEqual({ json: '3', note: null })
})
