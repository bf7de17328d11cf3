import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CodeRunner, COMPILE_MS } from '../readme/code-runner.js'
import { ROOT } from '../readme/readme-code.js'

const manual = readFileSync(join(ROOT, 'docs', 'scheduler.md'), 'utf8')
const programs = [...manual.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => code)

let runner: CodeRunner

beforeAll(() => {
  runner = new CodeRunner('scheduler')
})

afterAll(() => {
  runner.remove()
})

it('docs/scheduler.md shows programs that compile', { timeout: COMPILE_MS }, () => {
  expect(programs).toHaveLength(2)
  expect(runner.complaints(programs)).toEqual([])
})

it(
  'the routine of docs/scheduler.md runs as `main` runs it, and ends with 0 after Ctrl-C',
  { timeout: COMPILE_MS },
  async () => {
    const [, program = ''] = programs
    const soon = program.replace('monthly({ day: 1 })', "'every 1 hour'")
    expect(await runner.run(soon, 'maintaining')).toMatchObject({ code: 0, stdout: 'maintaining false\n' })
  },
)
