import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandPaths } from '../../src/cli/command-table.js'
import { CommandWorld } from './command-world.js'

const manual = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'cli.md'), 'utf8')

/** Every word that the manual sets as code. */
const words = new Set(
  [...manual.replace(/^```[^]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) =>
    code.split(/[^A-Za-z_]+/),
  ),
)

describe('docs/cli.md', () => {
  it('has every command with its options, in the words of its help', async () => {
    const [, block = ''] = /^```usage\n([^]*?)^```$/m.exec(manual) ?? []
    const usages = await Promise.all(commandPaths().map(usageOf))
    expect(block).toBe(`${usages.join('\n\n')}\n`)
  })

  it.each([
    'task add t',
    'task view job-1',
    'queue view default',
    'queue add q',
    'info',
    'task cron view n',
    'task cron add m @daily t',
    'task cron history n',
    'task cron run n',
    'task purge --state failed -f',
  ])('names every key that `rota %s --json` prints', async (line) => {
    const world = new CommandWorld()
    await world.add()
    await world.run('task cron add n @daily t')
    await world.run('task cron run n')
    const document = (await world.json(line)) as object
    const [first = {}] = Array.isArray(document) ? (document as object[]) : [document]
    const keys = Object.keys(first)
    expect(keys.length).toBeGreaterThan(0)
    expect(keys.filter((key) => !words.has(key))).toEqual([])
  })
})

/** How a command is called, and its own options. */
async function usageOf(path: readonly string[]): Promise<string> {
  const { stdout } = await new CommandWorld().run([...path, '--help'], { terminal: 1_000 })
  const [, usage = ''] = /^Usage: (.*)$/m.exec(stdout) ?? []
  const [, options = ''] = /^Options:\n([^]*?)\n\n/m.exec(stdout) ?? []
  const own = options.split('\n').filter((line) => !line.includes('--help'))
  return [usage, ...own].join('\n')
}
