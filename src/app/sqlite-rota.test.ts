import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../backends/sqlite/driver.js'
import { sqlite } from '../backends/sqlite/sqlite-backend.js'
import { task } from '../model/task-definition.js'
import { createRota } from './create-rota.js'

const double = task('double', async (input: { n: number; at: Date }) => ({ n: 2 * input.n, at: input.at }))
const at = new Date('2025-01-01T00:00:00Z')

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-app-'))
  file = join(folder, 'rota.db')
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

test('a job goes from enqueue to its result on a file', async () => {
  const rota = createRota({ url: `sqlite:${file}`, tasks: [double] })
  await rota.start()
  const job = await rota.enqueue(double, { n: 21, at })
  expect(await job.result()).toEqual({ n: 42, at })
  await rota.close()
})

test('what one program enqueues another runs, and the result comes back', async () => {
  const producer = createRota({ url: `sqlite://${file}` })
  const consumer = createRota({ url: `sqlite:${file}`, tasks: [double] })
  await consumer.startWorker()
  const jobs = await producer.enqueue([1, 2, 3].map((n) => double.with({ n, at })))
  const results = await Promise.all(jobs.map((job) => job.result()))
  expect(results.map(({ n }) => n)).toEqual([2, 4, 6])
  await Promise.all([producer.close(), consumer.close()])
})

test('what is enqueued in a transaction exists when that is committed, and never otherwise', async () => {
  const rota = createRota({ backend: sqlite(file), tasks: [double] })
  await rota.open()
  const tx = await openDatabase(file)
  tx.exec('BEGIN IMMEDIATE')
  const lost = await rota.enqueue(double, { n: 1, at }, { tx })
  tx.exec('ROLLBACK')
  expect(await lost.get()).toBeNull()
  tx.exec('BEGIN IMMEDIATE')
  const [kept] = await rota.enqueue([double.with({ n: 2, at })], { tx })
  tx.exec('COMMIT')
  expect(await kept.get()).toMatchObject({ state: 'pending', payload: { n: 2, at } })
  tx.close()
  await rota.close()
})

test('a schedule is the same for every program that puts it', async () => {
  const beat = task('beat', () => 1)
  const rotas = [1, 2, 3].map(() => createRota({ url: `sqlite:${file}` }))
  const outcomes = await Promise.all(rotas.map((rota) => rota.schedule('beat', 'every 1h', beat)))
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['created', 'unchanged', 'unchanged'])
  expect(new Set(outcomes.map(({ nextTickAt }) => nextTickAt?.getTime())).size).toBe(1)
  await Promise.all(rotas.map((rota) => rota.close()))
})
