import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tablesIn, withTables } from '../../scripts/config-tables.mjs'
import { configJsonSchema } from '../../src/config/json-schema.js'
import { ConfigFolder } from './config-folder.js'

const root = join(import.meta.dirname, '..', '..')
const manual = readFileSync(join(root, 'docs', 'config.md'), 'utf8')
const schema = configJsonSchema() as Parameters<typeof withTables>[1]

let folder: ConfigFolder
beforeEach(() => {
  folder = new ConfigFolder()
})
afterEach(() => folder.remove())

describe('schema.json', () => {
  test('is what is made of the schema that judges configs (`npm run build && npm run schema` writes it)', () => {
    expect(JSON.parse(readFileSync(join(root, 'schema.json'), 'utf8'))).toEqual(schema)
  })

  test('is in the package, under the name that configs refer to', () => {
    const { files, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly files: readonly string[]
      readonly exports: Readonly<Record<string, unknown>>
    }
    expect(files).toContain('schema.json')
    expect(exports['./schema.json']).toBe('./schema.json')
  })
})

describe('docs/config.md', () => {
  test('has the tables that are made of the schema', () => {
    expect(withTables(manual, schema)).toBe(manual)
  })

  test('has a table of every object that a config may hold', () => {
    const objects = Object.entries(schema.definitions ?? {}).filter(([, { type }]) => type === 'object')
    expect(objects.length).toBeGreaterThan(8)
    expect(new Set(tablesIn(manual))).toEqual(new Set(['', ...objects.map(([name]) => name)]))
  })

  test('shows what is said of its first example with two mistakes in it', async () => {
    const [, example = ''] = /^```json\n([^]*?)^```$/m.exec(manual) ?? []
    const [, printed = ''] = /^```text\n\$ rota check\n([^]*?)^```$/m.exec(manual) ?? []
    const wrong = example.replace('"2 minutes"', '"20 minutes"').replace('retryAttempts', 'retryAttempt')
    folder.write({ 'rota.json': wrong })
    expect(printed).toBe([...(await folder.problems()), '2 mistakes in rota.json', ''].join('\n'))
  })

  test('has examples that are whole files', async () => {
    const blocks = [...manual.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, block = '']) => block)
    expect(blocks).toHaveLength(2)
    for (const block of blocks)
      await expect(folder.read(block)).resolves.toMatchObject({ file: expect.anything() as unknown })
  })
})
