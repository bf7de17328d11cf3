import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CodeRunner, COMPILE_MS } from '../readme/code-runner.js'
import { Page } from './page.js'

const PAGES = [
  'guides/route-scheduled-events.md',
  'guides/long-work-in-steps.md',
  'coming-from/aegis.md',
  'coming-from/serverless-task-scheduler.md',
]

/** For a program of a page: a second, and ten times that on a machine that is busy with other things. */
const RUN_MS = 30_000

describe.each(PAGES)('docs/%s', (path) => {
  const page = new Page(path)
  const { programs } = page
  let runner: CodeRunner

  beforeAll(() => {
    runner = new CodeRunner('guides')
    page.writeFiles(runner.folder)
    // As in the repository that it comes from: the project around it is one of ES modules.
    if (existsSync(join(runner.folder, 'lambda'))) writeFileSync(join(runner.folder, 'lambda', 'package.json'), '{}')
  })

  afterAll(() => {
    runner.remove()
  })

  it('shows programs that compile', { timeout: COMPILE_MS }, () => {
    expect(programs.length).toBeGreaterThan(0)
    expect(runner.complaints(programs.map(({ code }) => code))).toEqual([])
  })

  it.each(programs.map((program, index) => [index + 1, program] as const))(
    'prints what it says with program %i',
    { timeout: RUN_MS },
    async (_number, { code, prints }) => {
      for (const file of ['rota.db', 'rota.db-wal', 'rota.db-shm', 'rota.db-wake']) {
        rmSync(join(runner.folder, file), { force: true })
      }
      expect(prints).not.toBeNull()
      expect(await runner.run(code, null)).toEqual({ code: 0, stdout: prints, stderr: '' })
    },
  )
})

describe('docs/coming-from/aegis.md', () => {
  it('has the same task definition on both sides', () => {
    const { blocks } = new Page('coming-from/aegis.md')
    const theirs = blocks.find(({ label }) => label === 'json aegis')
    const ours = blocks.find(({ label }) => label === 'json')
    expect(theirs?.code).toBeDefined()
    expect(ours?.code).toBe(theirs?.code)
    expect(JSON.parse(ours?.code ?? '')).toMatchObject({ input: { _taskName: 'test' } })
  })
})
