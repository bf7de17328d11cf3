import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CommandWorld } from '../../../test/cli/command-world.js'
import { loadConfig } from '../../config/load-config.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-init-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

const init = (name: string) => new CommandWorld().run(['init', join(folder, name)])

const FILES = ['.gitignore', 'package.json', 'rota.json', 'src', 'tsconfig.json']

test('writes an app that can be loaded, and says how its first job is done', async () => {
  const { exitCode, stdout } = await init('my-stack')
  expect(exitCode).toBe(0)
  expect(readdirSync(join(folder, 'my-stack')).sort()).toEqual(FILES)
  expect(stdout).toContain('wrote src/hello.ts\n')
  expect(stdout).toMatch(/npm install\n {2}npx rota dev\n {2}npx rota task add my-stack:hello /)
  const { app, stacks } = await loadConfig(join(folder, 'my-stack'))
  expect(app).toBe('my-stack')
  expect(stacks.map(({ key, tasks }) => [key, tasks.map(({ record }) => record)])).toEqual([
    ['myStack', ['my-stack:hello']],
  ])
  expect(readFileSync(join(folder, 'my-stack', '.gitignore'), 'utf8')).toContain('.rota\n')
})

test('overwrites nothing, and writes nothing when anything is in its way', async () => {
  const there = join(folder, 'shop')
  mkdirSync(there)
  writeFileSync(join(there, 'tsconfig.json'), 'mine')
  writeFileSync(join(there, '.gitignore'), 'mine')
  const { exitCode, stderr } = await init('shop')
  expect(exitCode).toBe(1)
  expect(stderr).toContain('got tsconfig.json, .gitignore; nothing was written')
  expect(readdirSync(there).sort()).toEqual(['.gitignore', 'tsconfig.json'])
  expect(readFileSync(join(there, 'tsconfig.json'), 'utf8')).toBe('mine')
})

test('leaves a package.json as npm has made it, and says what it lacks', async () => {
  const text = '{ "dependencies": { "rota": "*", "esbuild": "*" } }'
  mkdirSync(join(folder, 'shop'))
  writeFileSync(join(folder, 'shop', 'package.json'), text)
  const { exitCode, stdout } = await init('shop')
  expect(exitCode).toBe(0)
  expect(readFileSync(join(folder, 'shop', 'package.json'), 'utf8')).toBe(text)
  expect(stdout).toContain('  npm install --save-dev typescript @types/node\n')
})

test('names the stack where its folder is no name for one', async () => {
  expect((await init('x')).exitCode).toBe(0)
  const { stacks } = await loadConfig(join(folder, 'x'))
  expect(stacks.map(({ key }) => key)).toEqual(['main'])
})
