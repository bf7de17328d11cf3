import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigFolder } from '../../test/config/config-folder.js'
import { placesIn } from './module-places.js'
import type { ConfigPath } from './source.js'

const SEED = 20_261_121

let folder: ConfigFolder
beforeEach(() => {
  folder = new ConfigFolder()
})
afterEach(() => folder.remove())

describe('rota.config.ts', () => {
  test('may import other files, use their types, and know where it is; nothing is left behind', async () => {
    folder.write({
      'shared/task.ts': 'export const taskOf = (file: string): { consumer: string } => ({ consumer: file })',
      'rota.config.ts':
        "import { basename } from 'node:path'\nimport { taskOf } from './shared/task.js'\n" +
        'const app: string = basename(import.meta.dirname)\n' +
        "export default { app, stacks: { orders: { tasks: { theTask: taskOf('./x.ts') } } } }",
      'x.ts': '',
    })
    const config = await folder.load()
    expect(config.app).toBe('my-stack')
    expect(config.stacks[0]?.tasks[0]?.consumer.code).toMatchObject({ file: join(folder.path, 'x.ts') })
    expect(config.files.toSorted()).toEqual(
      ['rota.config.ts', join('shared', 'task.ts')].map((file) => join(folder.path, file)),
    )
    expect(existsSync(join(folder.path, '.rota')) && readdirSync(join(folder.path, '.rota'))).toEqual([])
  })

  test('is run again each time: an app that is worked on changes it', async () => {
    const write = (name: string): ConfigFolder =>
      folder.write({ 'rota.config.ts': `export default { app: '${name}' }` })
    expect((await write('first').load()).app).toBe('first')
    expect((await write('second').load()).app).toBe('second')
  })

  test('tells where a mistake stands', async () => {
    folder.write({
      'rota.config.ts': [
        'const timeout = "5 seconds"',
        'const config = {',
        '  // url: 5',
        '  stacks: {',
        "    'orders': { tasks: { theTask: { consumer: { code: './x.ts', timeout, memory: `1 GB` } } } },",
        '  },',
        '  onFailure: 5,',
        '} as never',
        'export default config',
      ].join('\n'),
    })
    const problems = await folder.problems()
    expect(problems.map((line) => line.split(': ').slice(0, 2))).toEqual([
      ['rota.config.ts:5:65', 'stacks.orders.tasks.theTask.consumer.timeout'],
      ['rota.config.ts:5:74', 'stacks.orders.tasks.theTask.consumer.memory'],
      ['rota.config.ts:7:14', 'onFailure'],
    ])
  })

  test.each([
    ['export const config = {}', /: expected `export default defineConfig\(\{ \.\.\. \}\)`, got no default export$/],
    ['export default {', /^rota\.config\.ts:1:17: expected a module that can be bundled, got: /],
    ["throw new Error('no such thing')", /: expected a module that can be run, got Error: no such thing$/],
    ["import './gone.js'\nexport default {}", /^rota\.config\.ts:1:8: .*Could not resolve "\.\/gone\.js"/],
    ['export default 5', /^rota\.config\.ts: expected an object with stacks or tasks, got 5$/],
  ])('is refused when it says %j', async (text, problem) => {
    expect((await folder.write({ 'rota.config.ts': text }).problems())[0]).toMatch(problem)
  })
})

describe('the place of a value in a program', () => {
  const lineOf = (program: string, path: ConfigPath): number | null => placesIn(program).placeOf(path, 'value').line

  test.each<[string, string, ConfigPath, number | null]>([
    ['inside defineConfig', 'export default defineConfig({\na: {\nb: 5 } })', ['a', 'b'], 3],
    ['in a list', 'export default { a: [\n1,\n{ b:\n2 }] }', ['a', 1, 'b'], 4],
    ['behind calls and functions', 'export default { a: f({ x: [1, 2] }, (y) => { return y }),\nb: 5 }', ['b'], 2],
    [
      'behind a spread and a method',
      'export default { ...other({ b: 1 }),\nm() { return { b: 2 } },\nb: 5 }',
      ['b'],
      3,
    ],
    ['behind templates', 'export default { a: `} ${f({ x: `}` })} {`,\nb: 5 }', ['b'], 2],
    ['behind braces in comments and texts', 'export default { a: "}", // }\n/* } */ b: 5 }', ['b'], 2],
    ['of what is computed: the key around it', 'const x = 1\nexport default {\na: make() }', ['a', 'b', 'c'], 3],
    ['of what is exported by a call', 'export default make(5)', ['a'], null],
    ['of a constant', 'const c: Config = {\na: 5 }\nexport default c', ['a'], 2],
    ['of itself', 'const c = c\nexport default c', ['a'], null],
  ])('is found %s', (_, program, path, line) => {
    expect(lineOf(program, path)).toBe(line)
  })

  test(`is some line of it, whatever the program is (seed ${SEED})`, () => {
    const part = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      ',',
      ':',
      'a',
      '"b"',
      '...',
      '`',
      '${',
      '/',
      '\n',
      'const',
      '=',
      '\\',
    )
    const property = fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      const program = `export default {${parts.join(' ')}`
      const line = lineOf(program, ['a', 'b'])
      expect(line).toBeGreaterThanOrEqual(1)
      expect(line).toBeLessThanOrEqual(program.split('\n').length)
    })
    fc.assert(property, { seed: SEED, numRuns: 1_000 })
  })
})
