import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CodeRunner, COMPILE_MS } from '../readme/code-runner.js'
import { ROOT } from '../readme/readme-code.js'

const manual = readFileSync(join(ROOT, 'docs', 'tasks-directory.md'), 'utf8')
const blocks = (language: string): readonly string[] =>
  [...manual.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code)

const [program = ''] = blocks('ts')
const [printed = '', refusal = ''] = blocks('text')
const files = [...manual.matchAll(/^`(tasks\/.*\.json)`:\n\n```json\n([^]*?)^```$/gm)]

let runner: CodeRunner

beforeAll(() => {
  runner = new CodeRunner('tasks-directory')
  mkdirSync(join(runner.folder, 'tasks'))
  for (const [, path = '', text = ''] of files) writeFileSync(join(runner.folder, path), text)
})

afterAll(() => {
  runner.remove()
})

describe('docs/tasks-directory.md', () => {
  it('shows a program that compiles', { timeout: COMPILE_MS }, () => {
    expect(runner.complaints([program])).toEqual([])
  })

  it('prints what it says with the files that it shows', async () => {
    expect(files).toHaveLength(2)
    expect(await runner.run(program, null)).toEqual({ code: 0, stdout: printed, stderr: '' })
  })

  it('shows a refusal as it is', async () => {
    writeFileSync(join(runner.folder, 'tasks', 'nightly.json'), '{ "shedule": "rate(1 day)" }')
    writeFileSync(join(runner.folder, 'tasks', 'poll.json'), '{ "schedule": "rate(1 minutes)" }')
    const { code, stderr } = await runner.run(program, null)
    expect(stderr).toContain(refusal.trim())
    expect(code).toBe(1)
  })
})
