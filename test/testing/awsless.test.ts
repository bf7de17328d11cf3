import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FailureRecord } from '../../src/stack/runtime/failure-record.js'
import { Page } from '../guides/page.js'
import { PATIENCE_MS, Project } from './project.js'

const { blocks } = new Page('coming-from/awsless.md')

/** SHA-256 of the blocks of the page of Awsless, in their order. */
const THEIRS = [
  'fad8342e853380b69aac2becdd19d98b9a3324d26e7d4745b6c89822f3e25915',
  'c374d1b223da2180141cd32e589febc33863ed8b26caa687007b48ea21e260e2',
  '7dccbc56de40ccfd6d82a841e706d3155352339ab075e2603c314ffb8e305598',
]

const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    isolatedModules: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    rootDir: '.',
    outDir: 'dist',
  },
  include: ['src', 'test', 'rota.d.ts'],
}

/** The configs of the page: two of Awsless, and one with a failure path. */
const configs = blocks.filter(({ path }) => path === 'my-stack/rota.json').map(({ code }) => code)

const project = new Project('awsless', 'my-stack')

beforeAll(() => {
  write('package.json', '{ "type": "module" }')
  write('tsconfig.json', JSON.stringify(TSCONFIG))
  write('vitest.config.js', `export default { test: { include: ['test/**/*.test.ts'] } }`)
  for (const { path, code } of blocks) if (path !== null) write(path.replace(/^my-stack\//, ''), code)
})

afterAll(() => project.remove())

function write(path: string, text: string): void {
  const file = join(project.folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** Has the project one of the configs of the page, and the types for it. */
async function configure(at: number): Promise<void> {
  write('rota.json', configs[at] ?? '')
  expect(await project.rota('check')).toMatchObject({ code: 0 })
  expect(await project.rota('types')).toMatchObject({ code: 0 })
}

describe('docs/coming-from/awsless.md', () => {
  test('has the three blocks of the other page, word for word', () => {
    const hashes = blocks.map(({ code }) => createHash('sha256').update(code).digest('hex'))
    expect(THEIRS.filter((hash) => !hashes.includes(hash))).toEqual([])
  })

  test.each([
    ['the smallest', 0],
    ['the fullest', 1],
  ])('runs %s config of Awsless, beside a program that calls its task', { timeout: PATIENCE_MS }, async (_, at) => {
    await configure(at)
    expect(await project.tsc()).toMatchObject({ code: 0, output: '' })
    await project.besideDev({}, async ({ printed }) => {
      expect(await project.node(['dist/src/order.js'])).toMatchObject({ code: 0, output: '' })
      await printed('completed task=my-stack:process-order')
      const says = blocks[blocks.findIndex(({ path }) => path === 'my-stack/src/wait.ts') + 1]?.code
      expect(await project.node(['dist/src/wait.js'])).toMatchObject({ code: 0, output: says })
    })
  })

  test('is right that a payload of another shape does not compile', { timeout: PATIENCE_MS }, async () => {
    await configure(0)
    const order = readFileSync(join(project.folder, 'src', 'order.ts'), 'utf8')
    write('src/order.ts', order.replace("productId: 'abc'", 'product: 5'))
    const { code, output } = await project.tsc()
    write('src/order.ts', order)
    expect(code).not.toBe(0)
    expect(output).toMatch(/^src\/order\.ts\(8,\d+\): error TS\d+: .*'product' does not exist/)
  })

  test('has tests that pass, and a failure that is told as it says', { timeout: PATIENCE_MS }, async () => {
    await configure(2)
    const { code, output } = await project.vitest()
    expect(code, output).toBe(0)
    const [told, expected] = ['failure.json', 'expected-failure.json'].map(
      (file) => JSON.parse(readFileSync(join(project.folder, file), 'utf8')) as FailureRecord,
    )
    const own = { id: expected?.id, date: expected?.date, error: { ...told?.error, stackTrace: ['at …'] } }
    expect({ ...told, ...own }).toEqual(expected)
    expect(told?.error?.stackTrace[0]).toMatch(/^at /)
    expect(Date.parse(String(told?.date))).toBeGreaterThan(Date.UTC(2025, 0, 1))
  })
})
