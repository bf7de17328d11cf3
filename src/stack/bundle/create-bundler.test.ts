import { readFile, readdir, rm, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppFolder } from '../../../test/stack/app-folder.js'
import { RotaError } from '../../model/errors.js'
import type { Bundle } from './bundle-target.js'
import { createBundler } from './create-bundler.js'
import type { Bundler } from './create-bundler.js'

let app: AppFolder
let bundler: Bundler

beforeEach(async () => {
  app = await AppFolder.make()
  bundler = createBundler({ folder: app.path })
})
afterEach(async () => {
  await bundler.close()
  await app.remove()
})

interface Loaded {
  readonly default: (...args: readonly unknown[]) => unknown
}

const load = ({ file }: Bundle): Promise<Loaded> => import(pathToFileURL(file).href) as Promise<Loaded>

/** The file system tells of changes in its own time. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2))
}

describe('a bundle', () => {
  it('is one module in a folder of its task, named after what is in it, its source map beside it', async () => {
    await app.write({
      'src/index.ts': "import { price } from './price.js'\nexport default (count: number): number => count * price()\n",
      'src/price.ts': 'export const price = (): number => 7\n',
    })
    const bundle = await bundler.build(app.target())
    expect(dirname(bundle.file)).toBe(app.file('.rota/build/orders/process-order'))
    expect(bundle.file).toMatch(/[\\/][0-9a-f]{16}\.mjs$/)
    expect(bundle.inputs).toEqual(expect.arrayContaining([app.file('src/index.ts'), app.file('src/price.ts')]))
    expect((await load(bundle)).default(6)).toBe(42)
    const map = JSON.parse(await readFile(`${bundle.file}.map`, 'utf8')) as { sources: string[] }
    expect(map.sources.map((source) => join(dirname(bundle.file), source)).sort()).toEqual([
      app.file('src/index.ts'),
      app.file('src/price.ts'),
    ])
  })

  it('may be made twice at one time, by bundlers that know nothing of each other', async () => {
    await app.write({ 'src/index.ts': 'export default () => 1\n' })
    const other = createBundler({ folder: app.path })
    const builds = await Promise.all([bundler, other, bundler, other].map((one) => one.build(app.target())))
    expect(new Set(builds.map(({ file }) => file)).size).toBe(1)
    expect((await readdir(dirname(builds[0]!.file))).sort()).toHaveLength(3) // the build, its map, the notes
  })

  it('is made once for each state of its sources', async () => {
    await app.write({ 'src/index.ts': 'export default () => 1\n', 'src/other.ts': 'export default () => 9\n' })
    const first = await bundler.build(app.target())
    expect(first.isCached).toBe(false)
    expect(await bundler.build(app.target())).toMatchObject({ file: first.file, isCached: true })
    await utimes(app.file('src/index.ts'), 1, 1)
    expect(await bundler.build(app.target())).toMatchObject({ file: first.file, isCached: true })
    expect((await bundler.build(app.target({ minify: false }))).isCached).toBe(false)
    await app.write({ 'src/index.ts': 'export default () => 2\n' })
    const changed = await bundler.build(app.target())
    expect(changed).toMatchObject({ isCached: false })
    expect(changed.file).not.toBe(first.file)
    expect(await bundler.build(app.target({ file: app.file('src/other.ts') }))).toMatchObject({ isCached: false })
  })

  it('is made again when a rule above its sources appears', async () => {
    await app.write({
      'src/index.ts': "import { a } from '#a'\nexport default () => a\n",
      'src/a.ts': 'export const a = 1\n',
    })
    await expect(bundler.build(app.target())).rejects.toThrow('#a')
    await app.write({ 'package.json': '{ "imports": { "#a": "./src/a.ts" } }' })
    const bundle = await bundler.build(app.target())
    expect((await load(bundle)).default()).toBe(1)
    await app.write({ 'src/b.ts': 'export const a = 2\n', 'package.json': '{ "imports": { "#a": "./src/b.ts" } }' })
    expect((await load(await bundler.build(app.target()))).default()).toBe(2)
  })

  it('keeps the last few builds and no more', async () => {
    for (let count = 0; count < 8; count++) {
      await app.write({ 'src/index.ts': `export default () => ${count}\n` })
      await bundler.build(app.target())
    }
    const names = await readdir(app.file('.rota/build/orders/process-order'))
    expect(names.filter((name) => name.endsWith('.mjs'))).toHaveLength(5)
    expect(names.filter((name) => name.endsWith('.map'))).toHaveLength(5)
  })
})

describe('what is in a bundle', () => {
  it('is every package but rota and those that are external, which are found in the app', async () => {
    const pkg = (text: string) => ({ 'package.json': '{ "type": "module" }', 'index.js': text })
    const packages = {
      rota: pkg('export const copy = Symbol.for("rota.test.copy")\n'),
      apart: pkg('export const where = import.meta.url\n'),
      inside: pkg('export const where = import.meta.url\n'),
    }
    for (const [name, files] of Object.entries(packages)) {
      for (const [file, text] of Object.entries(files)) await app.write({ [`node_modules/${name}/${file}`]: text })
    }
    const names = ['rota', 'apart', 'inside'].map((name) => `import * as ${name} from '${name}'`).join('\n')
    await app.write({ 'src/index.ts': `${names}\nexport default () => [rota.copy, apart.where, inside.where]\n` })
    const bundle = await bundler.build(app.target({ external: ['apart'] }))
    expect((await load(bundle)).default()).toEqual([
      Symbol.for('rota.test.copy'),
      pathToFileURL(app.file('node_modules/apart/index.js')).href,
      pathToFileURL(bundle.file).href,
    ])
  })

  it('may be CommonJS, which finds what it expects, beside a module that declares the same names', async () => {
    await app.write({
      'node_modules/old/index.js':
        "const path = require('node:path')\nmodule.exports = () => [path.basename(__dirname), path.basename(__filename)]\n",
      'src/index.ts': `import old from 'old'
import { createRequire } from 'node:module'
const __dirname = 'mine'
const require = createRequire(import.meta.url)
export default () => [...old(), __dirname, typeof require('node:os').hostname()]
`,
    })
    const bundle = await bundler.build(app.target())
    const name = bundle.file.split(/[\\/]/).at(-1)
    expect((await load(bundle)).default()).toEqual(['process-order', name, 'mine', 'string'])
  })

  it('may be text', async () => {
    await app.write({
      'src/index.ts': "import a from './a.html'\nimport b from './b.sql'\nexport default () => [a, b]\n",
      'src/a.html': '<p>',
      'src/b.sql': 'SELECT 1',
    })
    const bundle = await bundler.build(app.target({ importAsString: ['.html', 'src/*.sql'] }))
    expect((await load(bundle)).default()).toEqual(['<p>', 'SELECT 1'])
  })

  it('is kept for its effects alone when it is named, whatever its package says', async () => {
    await app.write({
      'node_modules/effect/package.json': '{ "type": "module", "sideEffects": false, "main": "index.js" }',
      'node_modules/effect/index.js': 'globalThis.rotaEffect = (globalThis.rotaEffect ?? 0) + 1\n',
      'src/index.ts': "import 'effect'\nexport default () => (globalThis as { rotaEffect?: number }).rotaEffect\n",
    })
    expect((await load(await bundler.build(app.target()))).default()).toBeUndefined()
    const kept = await bundler.build(app.target({ moduleSideEffects: ['effect'] }))
    expect((await load(kept)).default()).toBe(1)
  })

  it('keeps the names of functions and classes when it is minified', async () => {
    await app.write({ 'src/index.ts': 'class CardDeclined extends Error {}\nexport default () => CardDeclined.name\n' })
    expect((await load(await bundler.build(app.target()))).default()).toBe('CardDeclined')
  })
})

describe('a source with mistakes', () => {
  it('is refused when its handler is not among its exports, with what is', async () => {
    await app.write({ 'src/index.ts': 'export const handle = () => 1\n' })
    await expect(bundler.build(app.target())).rejects.toMatchObject({
      code: 'BUNDLE_FAILED',
      message:
        'task "orders:process-order" cannot be bundled: src/index.ts: expected a function exported as "default", got handle',
    })
    await app.write({ 'src/index.ts': '' })
    await expect(bundler.build(app.target())).rejects.toThrow('exported as "default", got no exports')
    const named = { ...app.target(), handler: 'index.handle' }
    await app.write({ 'src/index.ts': 'export const other = () => 1\n' })
    await expect(bundler.build(named)).rejects.toThrow('exported as "handle", got other')
    for (const text of [
      'export const handle = () => 1\n',
      "export * from 'node:path'\n",
      'exports.handle = () => 1\n',
    ]) {
      await app.write({ 'src/index.ts': text })
      await expect(bundler.build(named)).resolves.toBeDefined()
    }
  })

  it('is refused with the task, the file, the line and the column of each', async () => {
    await app.write({ 'src/index.ts': "import { a } from './gone.js'\nexport default () => {\n  return a +\n}\n" })
    const error: unknown = await bundler.build(app.target()).catch((thrown: unknown) => thrown)
    expect(RotaError.is(error)).toBe(true)
    expect(error).toMatchObject({
      code: 'BUNDLE_FAILED',
      facts: { task: 'orders:process-order', problems: [{ file: 'src/index.ts', line: 4, column: 1 }] },
    })
    expect((error as Error).message).toBe(
      'task "orders:process-order" cannot be bundled: src/index.ts:4:1: Unexpected "}"',
    )
  })
})

describe('a watched source', () => {
  it('is built again when it changes; mistakes leave the bundle before, and are told once', async () => {
    await app.write({
      'src/index.ts': "export { default } from './deep/value.js'\n",
      'src/deep/value.ts': 'export default () => 1\n',
    })
    const built: Bundle[] = []
    const failed: RotaError[] = []
    await bundler.watch(app.target(), { built: (bundle) => built.push(bundle), failed: (error) => failed.push(error) })
    expect(built).toHaveLength(1)

    await app.write({ 'src/deep/value.ts': 'export default () => 2\n' })
    await until(() => built.length === 2)
    expect((await load(built[1]!)).default()).toBe(2)

    await app.write({ 'src/deep/value.ts': 'export default () => {\n' })
    await until(() => failed.length === 1)
    expect(failed[0]?.message).toContain('task "orders:process-order" cannot be bundled: src/deep/value.ts:')
    expect((await load(built[1]!)).default()).toBe(2)

    await app.write({ 'src/deep/value.ts': "export { default } from './next.js'\n" })
    await until(() => failed.length === 2)
    await app.write({ 'src/deep/next.ts': 'export default () => 3\n' })
    await until(() => built.length === 3)
    expect((await load(built[2]!)).default()).toBe(3)
    expect(failed).toHaveLength(2)
  })

  it('that goes back to what it was is good again', async () => {
    await app.write({ 'src/index.ts': 'export default () => 1\n' })
    const told: string[] = []
    await bundler.watch(app.target(), { built: ({ file }) => told.push(file), failed: () => told.push('failed') })
    await app.write({ 'src/index.ts': 'export default (\n' })
    await until(() => told.length === 2)
    await app.write({ 'src/index.ts': 'export default () => 1\n' })
    await until(() => told.length === 3)
    expect(told).toEqual([told[0], 'failed', told[0]])
  })

  it('goes on when its folder was removed and is there again', async () => {
    await app.write({ 'src/lib/index.ts': 'export default () => 1\n' })
    const told: string[] = []
    const target = app.target({ file: app.file('src/lib/index.ts') })
    await bundler.watch(target, { built: ({ file }) => told.push(file), failed: () => told.push('failed') })
    for (const result of [2, 3]) {
      await rm(app.file('src'), { recursive: true })
      await until(() => told.at(-1) === 'failed')
      await app.write({ 'src/lib/index.ts': `export default () => ${result}\n` })
      await until(() => told.at(-1) !== 'failed')
      const before = told.at(-1)
      await app.write({ 'src/lib/index.ts': `export default () => ${result}0\n` })
      await until(() => told.at(-1) !== before)
    }
  })

  it('may have mistakes from the beginning', async () => {
    await app.write({ 'src/index.ts': 'export default (\n' })
    const told: string[] = []
    await bundler.watch(app.target(), { built: () => told.push('built'), failed: () => told.push('failed') })
    expect(told).toEqual(['failed'])
    await app.write({ 'src/index.ts': 'export default () => 1\n' })
    await until(() => told.length === 2)
    expect(told).toEqual(['failed', 'built'])
  })
})

describe('a finished bundle', () => {
  it('is used as it is, and watched', async () => {
    await app.write({ 'out/index.cjs': 'module.exports = () => 1\n' })
    const target = { task: 'orders:done', handler: 'index.default', code: { bundle: app.file('out') } }
    expect(await bundler.build(target)).toMatchObject({ file: app.file('out/index.cjs') })
    const built: string[] = []
    await bundler.watch(target, { built: ({ file }) => built.push(file), failed: () => built.push('failed') })
    await app.write({ 'out/index.cjs': 'module.exports = () => 2\n' })
    await until(() => built.length >= 2)
    expect(new Set(built)).toEqual(new Set([app.file('out/index.cjs')]))
  })

  it('may be made after its watch has begun', async () => {
    const target = { task: 'orders:done', handler: 'index.default', code: { bundle: app.path } }
    const told: string[] = []
    await bundler.watch(target, { built: ({ file }) => told.push(file), failed: ({ code }) => told.push(code) })
    await app.write({ 'index.mjs': 'export default () => 1\n' })
    await until(() => told.length >= 2)
    expect(told).toEqual(['BUNDLE_FAILED', app.file('index.mjs')])
  })

  it('is refused when the file of its handler is not there', async () => {
    await app.write({ 'out/main.mjs': '' })
    const target = { task: 'orders:done', handler: 'index.default', code: { bundle: app.file('out') } }
    await expect(bundler.build(target)).rejects.toThrow(
      `task "orders:done" has no bundle: expected one of index.mjs, index.js, index.cjs in ${app.file('out')}`,
    )
  })
})
