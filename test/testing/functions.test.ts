import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Page } from '../guides/page.js'
import { PATIENCE_MS, Project } from './project.js'

const { blocks } = new Page('functions.md')

const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    rootDir: '.',
    outDir: 'dist',
  },
  include: ['src', 'rota.d.ts'],
}

/** What the functions of the page do, as its words have it. */
const TRY = `import { Task } from 'rota'
import { testStacks } from 'rota/testing'

const t = await testStacks()
await Task.orders.placeOrder({ orderId: 'o_1', card: '4111' })
await t.drain()
await Task.orders.placeOrder({ orderId: 'o_2', card: '0000' }, { maxTries: 1 })
await t.drain()
await Task.orders.placeOrder({ orderId: 'o_3', card: 5 } as never)
console.log(await t.drain())
await t.advance('1 minute')
await t.close()
`

const project = new Project('functions')

beforeAll(() => {
  write('package.json', '{ "type": "module" }')
  write('tsconfig.json', JSON.stringify(TSCONFIG))
  write('src/try.ts', TRY)
  for (const { path, code } of blocks) if (path !== null) write(path, code)
})

afterAll(() => project.remove())

function write(path: string, text: string): void {
  const file = join(project.folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

describe('docs/functions.md', () => {
  test('is an app that is valid, compiles, and does what it says', { timeout: PATIENCE_MS }, async () => {
    expect(await project.rota('check')).toMatchObject({ code: 0 })
    expect(await project.rota('types')).toMatchObject({ code: 0 })
    expect(await project.tsc()).toMatchObject({ code: 0, output: '' })
    const { code, output } = await project.node(['dist/src/try.js'])
    expect({ code, lines: output.split('\n') }).toEqual({
      code: 0,
      lines: [
        'placed o_1',
        'done with o_1',
        'booked o_1',
        'attempt for o_2 failed',
        'done with o_2',
        ...[
          '{',
          '  completed: 0,',
          '  retried: 0,',
          '  failed: 1,',
          '  snoozed: 0,',
          '  again: 0,',
          '  cancelled: 0',
          '}',
        ],
        'o_1 is still to be paid',
        '',
      ],
    })
  })

  test('calls it from a program beside `rota dev`', { timeout: PATIENCE_MS }, async () => {
    await project.besideDev({}, async ({ printed }) => {
      const says = blocks[blocks.findIndex(({ path }) => path === 'src/main.ts') + 1]?.code
      expect(await project.node(['dist/src/main.js'])).toMatchObject({ code: 0, output: says })
      for (const id of ['o_2', 'o_3', 'o_4']) await printed(`${id} is still to be paid`)
    })
  })
})
