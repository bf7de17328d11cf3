import { describe, expect, it } from 'vitest'
import { findingsIn, short } from './fixture-tree.mjs'
import { checkFloors, floors } from './floors.mjs'
import { listFiles } from './source-tree.mjs'

/** @param {Record<string, string>} texts */
const offences = (texts) => findingsIn(checkFloors, texts).offences.map(short)

const door = '/** @module the door */\n'

describe('floors', () => {
  it('hold in this repository', () => {
    const root = process.cwd()
    const { offences } = checkFloors(root, listFiles(root))
    expect(offences.map(short)).toEqual([])
  })

  it('let an import go down a floor, stay in its room and leave the package', () => {
    const texts = {
      'src/model/job.ts': 'export interface Job {}\n',
      'src/worker/loop.ts':
        "import type { Job } from '../model/job.js'\nimport { x } from './x.js'\nimport 'node:fs'\n",
      'src/worker/x.ts': 'export const x = 1\n',
    }
    expect(offences(texts)).toEqual([])
  })

  it.each([
    ['a declaration', "import { run } from '../worker/run.js'"],
    ['a type import', "import type { run } from '../worker/run.js'"],
    ['a re-export', "export { run } from '../worker/run.js'"],
    ['a type in place', "export type Run = import('../worker/run.js').Run"],
    ['a lazy import', "export const run = () => import('../worker/run.js')"],
    ['a computed import', 'export const run = (name) => import(`../worker/${name}.js`)'],
  ])('refuse %s up a floor', (_form, text) => {
    const texts = {
      'src/model/job.ts': `\n${text}\n`,
      'src/worker/run.ts': 'export const run = 1\nexport type Run = 1\n',
    }
    expect(offences(texts)).toEqual(['src/model/job.ts:2: import up a floor: worker (floor 2)'])
  })

  it.each([
    ['src/worker/a.ts', '../client/b.js', 'src/client/b.ts', 'client'],
    ['src/codec/a.ts', '../time/b.js', 'src/time/b.ts', 'time'],
    ['src/backends/memory/a.ts', '../sqlite/b.js', 'src/backends/sqlite/b.ts', 'backends/sqlite'],
  ])('refuse %s to import a room on the same floor', (from, specifier, to, room) => {
    const texts = { [from]: `import '${specifier}'\n`, [to]: '' }
    expect(offences(texts)).toEqual([
      `${from}:1: import of a room on the same floor: ${room} (floor ${String(floors.get(room))})`,
    ])
  })

  it('let the rooms of the top floor see each other', () => {
    expect(offences({ 'src/cli/a.ts': "import '../testing/b.js'\n", 'src/testing/b.ts': '' })).toEqual([])
  })

  it('refuse a file that stands in no known room', () => {
    expect(offences({ 'src/attic/a.ts': '', 'src/b.ts': '' })).toEqual([
      'src/attic/a.ts:1: file outside the rooms: "attic"',
      'src/b.ts:1: file outside the rooms: "b.ts"',
    ])
  })

  it('refuse product code that imports a test, or a file that is not there', () => {
    const texts = { 'src/model/a.ts': "import './a.test.js'\nimport './gone.js'\n", 'src/model/a.test.ts': '' }
    expect(offences(texts)).toEqual([
      'src/model/a.ts:1: import of no product file: src/model/a.test.ts',
      'src/model/a.ts:2: import of no product file: src/model/gone.ts',
    ])
  })

  it('let a test import from any floor', () => {
    expect(offences({ 'src/model/a.test.ts': "import '../cli/b.js'\n", 'src/cli/b.ts': '' })).toEqual([])
  })

  it('refuse the package by its own name', () => {
    expect(offences({ 'src/cli/a.ts': "import { task } from 'rota'\nimport type { T } from 'rota/port'\n" })).toEqual([
      'src/cli/a.ts:1: import of the package by its own name: "rota"',
      'src/cli/a.ts:2: import of the package by its own name: "rota/port"',
    ])
  })
})

describe('cycles', () => {
  it('are found through types and over several files', () => {
    const texts = {
      'src/model/a.ts': "import type { B } from './b.js'\n",
      'src/model/b.ts': "import { c } from './c.js'\n",
      'src/model/c.ts': "import './side.js'\nexport type A = import('./a.js').A\n",
      'src/model/side.ts': '',
    }
    const path = 'src/model/a.ts -> src/model/b.ts -> src/model/c.ts -> src/model/a.ts'
    expect(offences(texts)).toEqual([`src/model/a.ts:1: import cycle: ${path}`])
  })

  it('are found where a file imports itself', () => {
    expect(offences({ 'src/model/a.ts': "import './a.js'\n" })).toEqual([
      'src/model/a.ts:1: import cycle: src/model/a.ts -> src/model/a.ts',
    ])
  })

  it('are counted once for each group', () => {
    const texts = {
      'src/model/a.ts': "import './b.js'\n",
      'src/model/b.ts': "import './a.js'\nimport './c.js'\n",
      'src/model/c.ts': "import './d.js'\n",
      'src/model/d.ts': "import './c.js'\n",
    }
    expect(offences(texts)).toHaveLength(2)
  })

  it('are not seen in a diamond', () => {
    const texts = {
      'src/model/a.ts': "import './b.js'\nimport './c.js'\n",
      'src/model/b.ts': "import './d.js'\n",
      'src/model/c.ts': "import './d.js'\n",
      'src/model/d.ts': '',
    }
    expect(offences(texts)).toEqual([])
  })
})

describe('a door', () => {
  it('only re-exports by name and has a page', () => {
    const texts = {
      'src/port/index.ts': `${door}export { a } from './a.js'\nexport type { A } from './a.js'\n`,
      'src/port/a.ts': 'export const a = 1\nexport type A = 1\n',
    }
    expect(offences(texts)).toEqual([])
  })

  it.each([
    'export const a = 1',
    "import { a } from './a.js'",
    "export * from './a.js'",
    "export * as a from './a.js'",
    'export { a }',
    'export default 1',
    'a()',
  ])('refuses %s', (text) => {
    expect(offences({ 'src/port/index.ts': `${door}${text}\n`, 'src/port/a.ts': '' })).toEqual([
      `src/port/index.ts:2: statement in a door: \`${text}\``,
    ])
  })

  it('without a page is refused', () => {
    expect(offences({ 'src/port/index.ts': '// @module is not said in a doc comment\n' })).toEqual([
      'src/port/index.ts:1: door without a page: none',
    ])
  })

  it('is not for the package itself, save for a lazy import', () => {
    const texts = {
      'src/app/a.ts': "import '../port/index.js'\nexport const b = () => import('../port/index.js')\n",
      'src/port/index.ts': door,
    }
    expect(offences(texts)).toEqual(['src/app/a.ts:1: import through a door: src/port/index.ts'])
  })

  it('stands behind every subpath of the package', () => {
    const texts = {
      'package.json':
        '{\n"types": "./dist/port/index.d.ts"\n"types": "./dist/app/index.d.ts"\n"types": "./dist/port/a.d.ts"}\n',
      'src/port/index.ts': door,
      'src/port/a.ts': '',
    }
    expect(offences(texts)).toEqual([
      'package.json:3: subpath without a door: src/app/index.ts',
      'package.json:4: subpath without a door: src/port/a.ts',
    ])
  })
})
