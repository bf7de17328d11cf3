import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { complete } from '../../model/lease.js'
import type { Backend } from '../../port/backend.js'
import { claimParams } from '../../testing/conformance/test-store.js'
import { json, newJob } from '../../testing/new-job.js'
import type { SqliteDatabase, SqliteTx } from './client-types.js'
import { openDatabase } from './driver.js'
import { sqliteWith } from './sqlite-backend.js'

let folder: string
let database: SqliteDatabase
let backend: Backend<SqliteTx>

const open = async (durability: 'full' | 'normal'): Promise<void> => {
  backend = sqliteWith({ file: join(folder, 'jobs.db'), durability }, async (file) => {
    database = await openDatabase(file)
    return database
  })
  await backend.open()
}

/** How the last transaction was committed: 2 is FULL, 1 is NORMAL (sqlite.org/pragma.html#pragma_synchronous). */
const synchronous = (): unknown => Object.values(database.prepare('PRAGMA synchronous').all()[0] as object)[0]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-sqlite-'))
})

afterEach(async () => {
  await backend.close()
  rmSync(folder, { recursive: true })
})

test('what is acknowledged to a user is synced, and a lease is not', async () => {
  await open('full')
  const { jobs } = backend
  await jobs.enqueue({ jobs: [newJob(), newJob()] })
  expect(synchronous()).toBe(2)
  const [lease] = (await jobs.claim(claimParams({ limit: 1 }))).leases
  expect(synchronous()).toBe(1)
  await jobs.extend({ receipts: [lease!.receipt], leaseMs: 30_000 })
  await jobs.report({ reports: [{ receipt: lease!.receipt, progress: json(1) }] })
  expect(synchronous()).toBe(1)
  await jobs.report({ reports: [{ receipt: lease!.receipt, steps: [{ key: 'paid', value: json(true) }] }] })
  expect(synchronous()).toBe(2)
  await jobs.claim(claimParams({ limit: 1 }))
  await jobs.settle({ settlements: [complete(lease!.receipt, null)] })
  expect(synchronous()).toBe(2)
})

test('a claim that shares its commit with an enqueue is synced with it', async () => {
  await open('full')
  await Promise.all([backend.jobs.claim(claimParams({ limit: 1 })), backend.jobs.enqueue({ jobs: [newJob()] })])
  expect(synchronous()).toBe(2)
})

test('a store that was asked to be fast and not safe never syncs', async () => {
  await open('normal')
  await backend.jobs.enqueue({ jobs: [newJob()] })
  expect(synchronous()).toBe(1)
})
