import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../../prove/kit/command.mjs'
import { ConfigFolder } from './config-folder.js'

const root = join(import.meta.dirname, '..', '..')

/** The programs of the manual that import what configs are made and read with. */
const [config = '', program = ''] = [
  ...readFileSync(join(root, 'docs', 'config.md'), 'utf8').matchAll(/^```ts\n([^]*?)^```$/gm),
].flatMap(([, block = '']) => (block.includes("from 'rota/config'") ? [block] : []))

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
  folder.write({ 'rota.config.ts': config, 'program.mjs': program, 'src/process-order.ts': '' })
})
afterAll(() => folder.remove())

/** Packages are looked for beside the links, and not where they lead. */
const flags = ['--preserve-symlinks', '--preserve-symlinks-main']
const run = (...args: readonly string[]) => runCommand(process.execPath, [...flags, ...args], { cwd: folder.path })
const bin = join('node_modules', 'rota', 'dist', 'cli', 'bin.js')

describe('the programs of docs/config.md, beside the package', () => {
  test('need esbuild, and the command says how to install it', async () => {
    const { code, output } = await run(bin, 'check')
    expect(output).toMatch(
      /^rota: .*rota\.config\.ts: .* needs the package "esbuild"; run "npm install --save-dev esbuild"/,
    )
    expect(code).toBe(1)
  })

  test('run when it is there', async () => {
    symlinkSync(join(root, 'node_modules', 'esbuild'), join(folder.path, 'node_modules', 'esbuild'))
    expect(await run(bin, 'check')).toMatchObject({
      output: 'rota.config.ts: valid; 1 stack, 1 task, 0 crons, 0 queues, 0 topics\n',
      code: 0,
    })
    const output = "shop [ [ 'orders', [ 'orders:process-order' ] ] ] null\n"
    expect(await run('program.mjs')).toMatchObject({ output, code: 0 })
  })
})
