import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROOT } from '../readme/readme-code.js'
import { postgresServer } from '../servers/postgres.js'
import { PATIENCE_MS, Project } from './project.js'

const postgres = await postgresServer('embedded')

/** What the front of the shop prints, whatever its store. */
const SOLD = `receipts: o1, o3
parcels: o1, o3
failures: [
  {
    resource: 'orders:task:charge-card',
    message: 'the card for order o2 was declined'
  }
]
reports: [ { orders: 2, cents: 3500 } ]
`

const shop = new Project('shop')

beforeAll(async () => {
  const source = join(ROOT, 'examples', 'shop')
  const made = new Set(['dist', 'data', '.rota', 'node_modules'].map((name) => join(source, name)))
  cpSync(source, shop.folder, { recursive: true, filter: (file) => !made.has(file) })
  expect(await shop.tsc()).toMatchObject({ code: 0, output: '' })
}, PATIENCE_MS)

afterAll(() => shop.remove())

describe('examples/shop', () => {
  test('says nothing wrong, and its types are those of its config', async () => {
    expect(await shop.rota('check')).toMatchObject({ code: 0 })
    expect(await shop.rota('types', '--check')).toMatchObject({ code: 0 })
  })

  test('passes its own tests', { timeout: PATIENCE_MS }, async () => {
    const { code, output } = await shop.vitest()
    expect(code, output).toBe(0)
    expect(output).toMatch(/Tests +6 passed \(6\)/)
  })

  const stores = [
    { store: 'SQLite', env: {} },
    { store: 'PostgreSQL', env: postgres === null ? null : { ROTA_URL: `${postgres}?schema=shop_${process.pid}` } },
  ]
  for (const { store, env } of stores) {
    test.skipIf(env === null)(`sells on ${store}, beside \`rota dev\``, { timeout: PATIENCE_MS }, async () => {
      rmSync(join(shop.folder, 'data'), { recursive: true, force: true })
      await shop.besideDev(env ?? {}, async () => {
        expect(await shop.node(['dist/src/main.js'], env ?? {})).toMatchObject({ code: 0, output: SOLD })
      })
    })
  }
})
