import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../../prove/kit/command.mjs'
import { ConfigFolder } from './config-folder.js'

const root = join(import.meta.dirname, '..', '..')

/** The package as users have it, with everything installed beside it but esbuild. */
let folder: ConfigFolder
beforeAll(() => {
  folder = new ConfigFolder('shop')
  const modules = join(folder.path, 'node_modules')
  mkdirSync(join(modules, 'rota'), { recursive: true })
  for (const part of ['dist', 'package.json']) symlinkSync(join(root, part), join(modules, 'rota', part))
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== 'esbuild' && name !== 'rota') symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  folder.write({
    'rota.config.ts': [
      "import { defineConfig } from 'rota/config'",
      "export default defineConfig({ stacks: { orders: { tasks: { processOrder: './x.ts' } } } })",
    ].join('\n'),
    'x.ts': '',
  })
})
afterAll(() => folder.remove())

/** Packages are looked for beside the links, and not where they lead. */
const flags = ['--preserve-symlinks', '--preserve-symlinks-main']
const bin = join('node_modules', 'rota', 'dist', 'cli', 'bin.js')
const check = () => runCommand(process.execPath, [...flags, bin, 'check'], { cwd: folder.path })

describe('rota.config.ts beside the package', () => {
  test('needs esbuild, and says how to install it', async () => {
    const { code, output } = await check()
    expect(output).toMatch(
      /^rota: .*rota\.config\.ts: .* needs the package "esbuild"; run "npm install --save-dev esbuild"/,
    )
    expect(code).toBe(1)
  })

  test('is defined with the types of rota/config', async () => {
    symlinkSync(join(root, 'node_modules', 'esbuild'), join(folder.path, 'node_modules', 'esbuild'))
    expect(await check()).toMatchObject({
      output: 'rota.config.ts: valid; 1 stack, 1 task, 0 crons, 0 queues, 0 topics\n',
      code: 0,
    })
  })
})
