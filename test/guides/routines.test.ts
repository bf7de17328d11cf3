import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CodeRunner, COMPILE_MS } from '../readme/code-runner.js'
import { Page } from './page.js'

const PAGES = [
  'guides/main-that-shuts-down-well.md',
  'guides/something-every-day-at-noon.md',
  'coming-from/frameless.md',
]

/** As a terminal shows it: here somebody presses Ctrl-C. */
const INTERRUPT = '^C\n'

/** For a program of a page: a second, and ten times that on a machine that is busy with other things. */
const RUN_MS = 30_000

describe.each(PAGES)('docs/%s', (path) => {
  const { programs } = new Page(path)
  let runner: CodeRunner

  beforeAll(() => {
    runner = new CodeRunner('routines')
  })

  afterAll(() => {
    runner.remove()
  })

  it('shows programs that compile', { timeout: COMPILE_MS }, () => {
    expect(programs.length).toBeGreaterThan(0)
    expect(runner.complaints(programs.map(({ code }) => code))).toEqual([])
  })

  it.each(programs.map((program, index) => [index + 1, program] as const))(
    'prints what it says with program %i, and ends well',
    { timeout: RUN_MS },
    async (_number, { code, prints }) => {
      const [before = '', after] = (prints ?? 'nothing is said').split(INTERRUPT)
      const stdout = before + (after ?? '')
      expect(await runner.run(code, after === undefined ? null : before)).toEqual({ code: 0, stdout, stderr: '' })
    },
  )
})

describe('docs/coming-from/frameless.md', () => {
  it('has something beside each of the thirteen blocks of the other page', () => {
    const { blocks } = new Page('coming-from/frameless.md')
    const labels = blocks.map(({ label }) => label).join(' ')
    expect(labels.match(/(?:go )+ts text/g)?.join(' ')).toBe(labels)
    expect(labels.match(/go/g)).toHaveLength(13)
  })
})
