import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ended, runCommand } from '../../prove/kit/command.mjs'
import { ROOT } from '../readme/readme-code.js'
import { postgresServer } from '../servers/postgres.js'

const BIN = join(ROOT, 'dist', 'cli', 'bin.js')
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')

/** Compilers, bundles and child processes: ten seconds, and ten times that on a machine that is busy with other things. */
const PATIENCE_MS = 120_000

const postgres = await postgresServer('embedded')

/** What the shop prints, whatever its store. */
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

let folder: string

beforeAll(async () => {
  // Where packages are found as in the example, and two runs do not meet.
  mkdirSync(join(ROOT, '.cache'), { recursive: true })
  folder = mkdtempSync(join(ROOT, '.cache', 'shop-'))
  const made = new Set(['dist', 'data', '.rota', 'node_modules'].map((name) => join(ROOT, 'examples', 'shop', name)))
  cpSync(join(ROOT, 'examples', 'shop'), folder, { recursive: true, filter: (source) => !made.has(source) })
  expect(await run({}, TSC)).toMatchObject({ code: 0, output: '' })
}, PATIENCE_MS)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a program in the folder of the shop. */
function run(env: Record<string, string>, ...args: readonly string[]): Promise<Ended> {
  return runCommand(process.execPath, args, { cwd: folder, env: shopEnv(env), withinMs: PATIENCE_MS })
}

/** A Vitest in a Vitest must not take itself for a part of it. */
function shopEnv(env: Record<string, string>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV$|ROTA_)/.test(name))
  return { ...Object.fromEntries(own), NO_COLOR: '1', ...env }
}

describe('examples/shop', () => {
  test('says nothing wrong, and its types are those of its config', async () => {
    expect(await run({}, BIN, 'check')).toMatchObject({ code: 0 })
    expect(await run({}, BIN, 'types', '--check')).toMatchObject({ code: 0 })
  })

  test('passes its own tests', { timeout: PATIENCE_MS }, async () => {
    const { code, output } = await run({}, VITEST, 'run')
    expect(code, output).toBe(0)
    expect(output).toMatch(/Tests +6 passed \(6\)/)
  })

  const stores = [
    { store: 'SQLite', env: {} },
    { store: 'PostgreSQL', env: postgres === null ? null : { ROTA_URL: `${postgres}?schema=shop_${process.pid}` } },
  ]
  for (const { store, env } of stores) {
    test.skipIf(env === null)(`sells on ${store}, beside \`rota dev\``, { timeout: PATIENCE_MS }, () => sell(env ?? {}))
  }
})

/** Runs the shop and its front beside each other. */
async function sell(env: Record<string, string>): Promise<void> {
  rmSync(join(folder, 'data'), { recursive: true, force: true })
  const dev = spawn(process.execPath, [BIN, 'dev', '--plain'], { cwd: folder, env: shopEnv(env) })
  let told = ''
  const running = new Promise<void>((resolve, reject) => {
    const hear = (data: Buffer): void => {
      told += data.toString('utf8')
      if (told.includes('dev: running shop')) resolve()
    }
    dev.stdout.on('data', hear)
    dev.stderr.on('data', hear)
    dev.on('close', () => reject(new Error(`rota dev has ended: ${told}`)))
  })
  const ended = new Promise((resolve) => dev.on('close', resolve))
  try {
    await running
    expect(await run(env, 'dist/src/main.js'), told).toMatchObject({ code: 0, output: SOLD })
  } finally {
    dev.kill('SIGTERM')
  }
  expect(await ended, told).toBe(0)
}
