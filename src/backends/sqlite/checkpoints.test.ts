import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { newJobs } from '../../testing/new-job.js'
import { FakeClock } from '../../time/fake-clock.js'
import { systemClock } from '../../time/system-clock.js'
import { sqlite } from './sqlite-backend.js'

const PAGE = 4120

/** Enqueues jobs in commits of fifty, and tells how long the log has become. */
async function fill(commits: number, clock = new FakeClock()) {
  const folder = mkdtempSync(join(tmpdir(), 'rota-sqlite-'))
  const file = join(folder, 'jobs.db')
  const backend = sqlite({ file, durability: 'normal', clock })
  onTestFinished(async () => {
    await backend.close()
    rmSync(folder, { recursive: true })
  })
  await backend.open()
  for (let n = 0; n < commits; n++) {
    await backend.jobs.enqueue({ jobs: newJobs(50) })
    await new Promise<void>((resolve) => systemClock.defer(resolve))
  }
  return { backend, clock, pages: () => Math.round(statSync(`${file}-wal`).size / PAGE) }
}

test('the log is copied into the file between commits before SQLite has to do it inside one', async () => {
  // 600 such commits write some 10,000 pages; SQLite's own checkpoint would come at 3,000.
  const { pages } = await fill(600)
  expect(pages()).toBeGreaterThan(700)
  expect(pages()).toBeLessThan(2500)
})

test('after a burst the log is copied when nobody has written for a while', async () => {
  const { backend, clock, pages } = await fill(70)
  const burst = pages()
  expect(burst).toBeGreaterThan(600)
  await clock.advance(200)
  // What was copied need not be kept: the next commit begins the log anew, so that the file of it stays as long as it is.
  await backend.jobs.enqueue({ jobs: newJobs(1) })
  expect(pages()).toBe(burst)
})

test('a log that has grown long is copied as soon as nobody has just written', async () => {
  const { clock, pages, backend } = await fill(90)
  const burst = pages()
  expect(burst).toBeGreaterThan(800)
  await clock.advance(5)
  await backend.jobs.enqueue({ jobs: newJobs(1) })
  expect(pages()).toBe(burst)
})
