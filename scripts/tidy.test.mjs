import { describe, expect, it } from 'vitest'
import { findingsIn, short } from './fixture-tree.mjs'
import { listFiles } from './source-tree.mjs'
import { checkTidy } from './tidy.mjs'

/** @param {Record<string, string>} texts */
const offences = (texts) => findingsIn(checkTidy, texts).offences.map(short)

/** @param {number} count */
const lines = (count) => 'x\n'.repeat(count)

/** Nine short files, so that one long file does not move the median. */
const short9 = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`src/model/n${index}.ts`, 'x\n']))

describe('the house', () => {
  it('is tidy', () => {
    const root = process.cwd()
    expect(checkTidy(root, listFiles(root)).offences.map(short)).toEqual([])
  })

  it('says its figures', () => {
    const { figures } = findingsIn(checkTidy, {
      'src/model/a.ts': lines(3),
      'src/model/a.test.ts': 'x',
      'README.md': '',
    })
    expect(figures).toMatch(/^3 files, 1 of them product \(3 lines, median 3, longest 3\), 0 functions over 70 lines/)
  })
})

describe('a budget', () => {
  it.each([
    ['src/model/a.ts', 300],
    ['src/model/a.test.ts', 500],
    ['scripts/a.mjs', 500],
    ['README.md', 9000],
  ])('lets %s have %i lines', (file, count) => {
    expect(offences({ ...short9, [file]: lines(count) })).toEqual([])
  })

  it.each([
    ['src/model/a.ts', 301],
    ['src/model/a.test.ts', 501],
    ['scripts/a.mjs', 501],
  ])('refuses %s with %i lines', (file, count) => {
    expect(offences({ ...short9, [file]: lines(count) })).toEqual([`${file}:${count}: length of the file: ${count}`])
  })

  it('keeps the median of the product below 130 lines, tests not counted', () => {
    const tests = { 'src/model/a.test.ts': 'x\n', 'src/model/b.test.ts': 'x\n', 'src/model/c.test.ts': 'x\n' }
    expect(offences({ ...tests, 'src/model/a.ts': lines(129) })).toEqual([])
    expect(offences({ ...tests, 'src/model/a.ts': lines(130) })).toEqual(['src:1: median length of a file: 130'])
  })

  it('remarks on a function over 70 lines and fails nothing', () => {
    const text = `export function f() {\n${lines(69)}}\nexport const g = () => {\n${lines(68)}}\n`
    const { offences, remarks } = findingsIn(checkTidy, { ...short9, 'src/model/a.ts': text })
    expect(offences).toEqual([])
    expect(remarks?.map(short)).toEqual(['src/model/a.ts:1: length of the function: 71'])
  })
})

describe('a name', () => {
  it.each(['utils', 'common', 'helpers', 'misc', 'types', 'util', 'helper'])('like %s is refused', (name) => {
    const what = `name that says nothing: ${name}`
    expect(
      offences({ [`src/model/${name}.ts`]: '', [`test/${name}/a.test.ts`]: '', [`src/model/${name}.test.ts`]: '' }),
    ).toEqual([
      `src/model/${name}.test.ts:1: ${what}`,
      `src/model/${name}.ts:1: ${what}`,
      `test/${name}/a.test.ts:1: ${what}`,
    ])
  })

  it('that only contains such a word is fine', () => {
    expect(offences({ 'src/model/client-types.ts': '', 'docs/types.md': '' })).toEqual([])
  })

  it.each(['jobState.ts', 'JobState.ts', 'job_state.ts'])('that is not kebab-case is refused: %s', (name) => {
    expect(offences({ [`src/model/${name}`]: '' })).toEqual([`src/model/${name}:1: file name: ${name}`])
  })

  it.each(['job-state.ts', 'job-state.test.ts', 'task.test-d.ts', 'claim.case.test.ts', 'eslint.config.js'])(
    'in kebab-case is fine: %s',
    (name) => {
      expect(offences({ [`test/${name}`]: '' })).toEqual([])
    },
  )
})

describe('an exception', () => {
  // Put together, so that this file holds none itself.
  const disable = ['//', 'eslint-disable-next-line', 'no-console'].join(' ')
  const disableAll = ['/*', 'eslint-disable', '*/'].join(' ')

  it('from a lint rule is refused without a reason', () => {
    expect(offences({ 'src/model/a.ts': `x\n${disable}\n${disableAll}\n` })).toEqual([
      'src/model/a.ts:2: silent lint exception: eslint-disable-next-line',
      'src/model/a.ts:3: silent lint exception: eslint-disable',
    ])
  })

  it('from a lint rule is fine with a reason', () => {
    expect(offences({ 'src/model/a.ts': `${disable} -- the command prints\n` })).toEqual([])
  })

  it.each(['ignore', 'nocheck'])('from all type checks is refused: %s', (name) => {
    expect(offences({ 'src/model/a.ts': `// @ts-${name} because\n` })).toEqual([
      `src/model/a.ts:1: type exception: @ts-${name}`,
    ])
  })
})

describe('a committed file', () => {
  it.each(['work', 'root', 'home', 'Users'])('holds no path below /%s', (folder) => {
    const path = `/${folder}/me`
    expect(offences({ 'docs/a.md': `see\n\`${path}/file\`\n`, 'data.json': `{"at":"${path}"}` })).toEqual([
      `data.json:1: path of one machine: "/${folder}/m…"`,
      `docs/a.md:2: path of one machine: "/${folder}/m…"`,
    ])
  })

  it('may hold addresses and relative paths with the same words', () => {
    const text = ['https://example.com', 'home', 'a ./src', 'work', 'x ~', 'home', 'x'].join('/')
    expect(offences({ 'docs/a.md': text })).toEqual([])
  })

  it('may be binary', () => {
    expect(offences({ 'docs/a.png': ['\0 ', 'root', 'x'].join('/') })).toEqual([])
  })
})

describe('the clock', () => {
  it('is read in src/time, in tests and in tools only', () => {
    const text = 'export const now = () => Date.now()\n'
    const files = ['src/time/real-clock.ts', 'src/worker/a.ts', 'src/worker/a.test.ts', 'test/a.test.ts', 'bench/a.mjs']
    expect(offences(Object.fromEntries(files.map((file) => [file, text])))).toEqual([
      'src/worker/a.ts:1: clock, timer or randomness outside src/time: Date.now',
    ])
  })
})
