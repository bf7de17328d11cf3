import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { checkApi, reports } from './api.mjs'
import { fixtureTree, short } from './fixture-tree.mjs'

const manifest = JSON.stringify({
  name: 'rota',
  exports: {
    '.': { types: './dist/app/index.d.ts' },
    './port': { types: './dist/port/index.d.ts' },
    './package.json': './package.json',
  },
})

const texts = {
  'package.json': manifest,
  'dist/app/index.d.ts':
    "/** @module */\nexport { run, limit } from './run.js'\nexport type { Options as RunOptions } from './run.js'\n",
  'dist/app/run.d.ts': `
    /** What to run. */
    export interface Options { /** Milliseconds. */ readonly waitMs?: number }
    export declare function run(options: Options): Promise<void>
    export declare function run(waitMs: number): Promise<void>
    export declare const limit: 5
    export declare const hidden: 1`,
  'dist/port/index.d.ts': 'export declare class Port { #private; close(): void }\n',
}

/** @param {Record<string, string>} [changed] */
function tree(changed = {}) {
  const { root, remove } = fixtureTree({ ...texts, ...changed })
  onTestFinished(remove)
  return root
}

/**
 * @param {string} root
 * @param {Record<string, string>} files
 */
function write(root, files) {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
}

it('a report holds each exported name with its declarations and no comments', () => {
  expect(reports(tree()).get('docs/api/rota.md')).toBe(`# rota

<!-- Written by scripts/api.mjs: change the code, then \`npm run build && npm run api\`. -->

3 exports.

## RunOptions

\`\`\`ts
export interface Options {
  readonly waitMs?: number;
}
\`\`\`

## limit

\`\`\`ts
export declare const limit: 5;
\`\`\`

## run

\`\`\`ts
export declare function run(options: Options): Promise<void>;
export declare function run(waitMs: number): Promise<void>;
\`\`\`
`)
})

it('every door with types has a report', () => {
  expect([...reports(tree()).keys()]).toEqual(['docs/api/rota.md', 'docs/api/port.md'])
})

it('a report that says what the code says is fine', () => {
  const root = tree()
  write(root, Object.fromEntries(reports(root)))
  expect(checkApi(root)).toEqual({ offences: [], figures: '2 doors, 4 names' })
})

it('a missing report, a changed line, a surplus line and a report of no door are refused', () => {
  const root = tree()
  expect(checkApi(root).offences.map(short)).toEqual([
    expect.stringMatching(/^docs\/api\/rota.md:1: .*: nothing$/),
    expect.stringMatching(/^docs\/api\/port.md:1: .*: nothing$/),
  ])
  const rota = 'docs/api/rota.md'
  const port = 'docs/api/port.md'
  const right = reports(root)
  const changed = right.get(rota)?.replace('limit: 5', 'limit: 6') ?? ''
  write(root, { [rota]: changed, [port]: `${right.get(port) ?? ''}more\n`, 'docs/api/old.md': '' })
  expect(checkApi(root).offences.map(short)).toEqual([
    expect.stringMatching(/^docs\/api\/rota.md:18: .*: `export declare const limit: 6;`$/),
    expect.stringMatching(/^docs\/api\/port.md:15: .*: `more`$/),
    'docs/api/old.md:1: API report: none',
  ])
})

it('a door that is not built is refused with what to do', () => {
  const root = tree({ 'package.json': manifest.replace('dist/port', 'dist/gone') })
  expect(() => reports(root)).toThrow('rota/port has no built types')
})

it('an export that leads nowhere is refused', () => {
  const root = tree({ 'dist/port/index.d.ts': "export { gone } from './gone.js'\n" })
  expect(() => reports(root)).toThrow('export gone has no declaration')
})

it('a report holds what an export leads to without exporting it, and nothing that it does not', () => {
  const run = `
    import type { Base } from './base.js'
    export interface Options { readonly waitMs?: number }
    export declare class Runner extends Base<Options> { readonly #x: number }
    export declare const run: Runner
    export declare const limit: 5`
  const base =
    'export declare class Base<T> { readonly inner: Inner<T> }\ninterface Inner<T> { a: T }\nexport interface Far {}\n'
  const text = reports(tree({ 'dist/app/run.d.ts': run, 'dist/app/base.d.ts': base })).get('docs/api/rota.md') ?? ''
  const [exported, reached] = text.split('# Reached, not exported')
  expect(exported).toContain('## run')
  expect(reached?.match(/^## .*$/gm)).toEqual(['## Base', '## Inner', '## Runner'])
})
