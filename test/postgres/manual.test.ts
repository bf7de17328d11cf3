import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRota } from '../../src/app/create-rota.js'
import { migratePostgres } from '../../src/backends/postgres/migrate-schema.js'
import { resolveOptions } from '../../src/backends/postgres/options.js'
import { task } from '../../src/model/task-definition.js'
import { Page } from '../guides/page.js'
import { CodeRunner, COMPILE_MS } from '../readme/code-runner.js'
import { ROOT } from '../readme/readme-code.js'
import { postgresServer } from '../servers/postgres.js'

const page = new Page('postgres.md')
const url = await postgresServer('embedded')

describe('docs/postgres.md', () => {
  it('shows a program that compiles', { timeout: COMPILE_MS }, () => {
    const runner = new CodeRunner('postgres')
    expect(page.programs).toHaveLength(1)
    expect(runner.complaints(page.programs.map(({ code }) => code))).toEqual([])
    runner.remove()
  })

  it('names every option that people set', () => {
    const text = readFileSync(join(ROOT, 'docs', 'postgres.md'), 'utf8')
    const inTests = ['clock', 'origin']
    for (const option of Object.keys(resolveOptions({ url: 'postgres://host/shop' }))) {
      if (!inTests.includes(option)) expect(text).toMatch(new RegExp(`^\\| .*\`${option}\`.* \\|`, 'm'))
    }
  })
})

describe.skipIf(url === null)('the rights of docs/postgres.md', () => {
  const database = `rota_rights_${process.pid}`
  const admin = new pg.Pool({ connectionString: url ?? '' })
  const there = new URL(url ?? 'postgres://host')
  there.pathname = `/${database}`
  const owner = new pg.Pool({ connectionString: there.href })
  // A pool says that it has ended before its connections have, and the database goes with force.
  owner.on('error', () => undefined)

  beforeAll(async () => {
    await admin.query(`CREATE DATABASE ${database}`)
    await migratePostgres({ pool: owner })
    const [rights] = page.blocks.filter(({ label }) => label === 'sql')
    await owner.query(rights?.code ?? '')
  })

  afterAll(async () => {
    await owner.end()
    await admin.query(`DROP DATABASE ${database} WITH (FORCE)`)
    await admin.query('DROP ROLE shop_app')
    await admin.end()
  })

  it('are enough for a program that enqueues, works and schedules, and not for one that migrates', async () => {
    there.username = 'shop_app'
    const noop = task('noop', () => 'done')
    const rota = createRota({ url: there.href, tasks: [noop] })
    await rota.startWorker()
    await rota.startScheduler()
    const job = await rota.enqueue(noop, undefined, { unique: 'key' })
    expect(await job.result()).toBe('done')
    await rota.schedule('yearly', '0 0 1 1 *', noop)
    const delayed = await rota.enqueue(noop, undefined, { delay: '1 day' })
    await rota.cancel(delayed)
    expect((await rota.list({ state: 'cancelled' })).jobs).toHaveLength(1)
    await rota.close()
    await expect(migratePostgres({ url: there.href, to: 0 })).rejects.toThrow()
  })
})
