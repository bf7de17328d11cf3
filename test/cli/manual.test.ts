import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.js'
import { CommandWorld } from './command-world.js'

const manual = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'cli.md'), 'utf8')

/** Every word that the manual sets as code. */
const words = new Set(
  [...manual.replace(/^```[^]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) =>
    code.split(/[^A-Za-z]+/),
  ),
)

describe('docs/cli.md', () => {
  it('names every command', () => {
    for (const one of COMMANDS) {
      const names = 'load' in one ? [one.name] : [one.name, ...one.commands.map(({ name }) => name)]
      expect(names.filter((name) => !words.has(name))).toEqual([])
    }
  })

  it.each([
    'task add t',
    'task view job-1',
    'queue view default',
    'queue add q',
    'info',
    'task purge --state failed -f',
  ])('names every key that `rota %s --json` prints', async (line) => {
    const world = new CommandWorld()
    await world.add()
    const keys = Object.keys((await world.json(line)) as object)
    expect(keys.length).toBeGreaterThan(0)
    expect(keys.filter((key) => !words.has(key))).toEqual([])
  })
})
