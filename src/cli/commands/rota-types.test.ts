import { readFileSync, statSync, utimesSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CommandWorld } from '../../../test/cli/command-world.js'
import { ConfigFolder } from '../../../test/config/config-folder.js'

let folder: ConfigFolder
const called = (file: string): string => relative(process.cwd(), join(folder.path, file))

beforeEach(() => {
  folder = new ConfigFolder()
  folder.write({ 'rota.json': { stacks: { orders: { tasks: { processOrder: './x.ts' } } } }, 'x.ts': '' })
})
afterEach(() => folder.remove())

describe('rota types', () => {
  it('writes the declaration beside the config, and leaves one alone that is right', async () => {
    const world = new CommandWorld()
    expect(await world.run(['types', folder.path])).toEqual({
      exitCode: 0,
      stdout: `${called('rota.d.ts')}: written\n`,
      stderr: '',
    })
    const file = join(folder.path, 'rota.d.ts')
    expect(readFileSync(file, 'utf8')).toContain('readonly processOrder: TaskOf<typeof import("./x.ts").default>')
    utimesSync(file, 5, 5)
    const { stdout } = await world.run(['types', folder.path])
    expect(stdout).toBe(`${called('rota.d.ts')}: up to date\n`)
    expect(statSync(file).mtimeMs).toBe(5_000)
    expect(world.openedUrls).toEqual([])
  })

  it('writes to another place, and counts paths from there', async () => {
    const out = join(folder.path, 'src', 'rota.d.ts')
    const { stdout } = await new CommandWorld().run(['types', folder.path, '--out', out, '--json'])
    expect(JSON.parse(stdout)).toEqual({ file: called('src/rota.d.ts'), state: 'missing' })
    expect(readFileSync(out, 'utf8')).toContain('import("../x.ts").default')
  })

  it('only looks with --check, and ends with 1 when it would have to be written', async () => {
    const world = new CommandWorld()
    const missing = await world.run(['types', folder.path, '--check'])
    expect(missing).toEqual({
      exitCode: 1,
      stdout: `${called('rota.d.ts')}: not there; run \`rota types\`\n`,
      stderr: '',
    })
    await world.run(['types', folder.path])
    expect((await world.run(['types', folder.path, '--check'])).exitCode).toBe(0)
    folder.write({ 'rota.json': { stacks: { orders: { tasks: { another: './x.ts' } } } } })
    const changed = await world.run(['types', folder.path, '--check'])
    expect([changed.exitCode, changed.stdout]).toEqual([
      1,
      `${called('rota.d.ts')}: not what the config says; run \`rota types\`\n`,
    ])
  })

  it('leaves a file alone that somebody else has written, and says what to do', async () => {
    folder.write({ 'rota.d.ts': 'declare const mine: string\n' })
    for (const args of [[], ['--check']]) {
      const { exitCode, stderr } = await new CommandWorld().run(['types', folder.path, ...args])
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(
        /rota\.d\.ts: expected a declaration that begins with .*; move it away, or .* --out <file>/,
      )
    }
    expect(readFileSync(join(folder.path, 'rota.d.ts'), 'utf8')).toBe('declare const mine: string\n')
  })

  it('writes over an empty file, and over what another version of rota has written', async () => {
    for (const before of ['', '// Written by `rota types` once.\n']) {
      folder.write({ 'rota.d.ts': before })
      expect((await new CommandWorld().run(['types', folder.path])).stdout).toMatch(/: written\n$/)
    }
  })
})
