import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from '../readme/readme-code.js'
import { postgresServer } from '../servers/postgres.js'

const url = await postgresServer('embedded')

/** Five seconds, and ten times that on a machine that is busy with other things. */
const COMPILE_MS = 60_000

describe.skipIf(url === null)('examples/transactions', () => {
  it('compiles, and has each order and its job or neither', { timeout: COMPILE_MS }, () => {
    const run = (...args: readonly string[]): string => {
      const env = { ...process.env, DATABASE_URL: url ?? '' }
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' })
      expect([status, stderr]).toEqual([0, ''])
      return stdout
    }
    expect(run(join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'examples/transactions')).toBe('')
    expect(run(join('examples', 'transactions', 'dist', 'main.js')).split('\n')).toEqual([
      'orderWithDrizzle: there is one globe only',
      'orderWithKysely: there is one globe only',
      'before the worker starts: 2 orders, 2 jobs, 0 parcels',
      'shipped: a globe, in parcel 1',
      'shipped: an atlas, in parcel 2',
      'in the end: 2 orders, 2 jobs, 2 parcels',
      '',
    ])
  })
})
