import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CodeRunner, COMPILE_MS } from '../readme/code-runner.js'
import { Page } from './page.js'

/** As a terminal shows it: here somebody presses Ctrl-C. */
const INTERRUPT = '^C\n'

/** For a program of a page: a second, and ten times that on a machine that is busy with other things. */
const RUN_MS = 30_000

/** Compiles the programs of pages and runs them in a folder with the files of the page: each prints what the page says, and ends well. */
export function testPages(name: string, paths: readonly string[]): void {
  describe.each(paths)('docs/%s', (path) => {
    const page = new Page(path)
    const { programs } = page
    let runner: CodeRunner

    beforeAll(() => {
      runner = new CodeRunner(name)
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
      'prints what it says with program %i, and ends well',
      { timeout: RUN_MS },
      async (_number, { code, prints }) => {
        for (const file of ['rota.db', 'rota.db-wal', 'rota.db-shm', 'rota.db-wake']) {
          rmSync(join(runner.folder, file), { force: true })
        }
        expect(prints).not.toBeNull()
        const [before = '', after] = (prints ?? '').split(INTERRUPT)
        const stdout = before + (after ?? '')
        expect(await runner.run(code, after === undefined ? null : before)).toEqual({ code: 0, stdout, stderr: '' })
      },
    )
  })
}
