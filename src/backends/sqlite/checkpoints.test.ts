import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newJobs } from '../../testing/new-job.js'
import { systemClock } from '../../time/system-clock.js'
import { sqlite } from './sqlite-backend.js'

test('the log is copied into the file between commits before SQLite has to do it inside one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-sqlite-'))
  const file = join(folder, 'jobs.db')
  const backend = sqlite({ file, durability: 'normal' })
  await backend.open()
  try {
    for (let n = 0; n < 300; n++) {
      await backend.jobs.enqueue({ jobs: newJobs(50) })
      await new Promise<void>((resolve) => systemClock.defer(resolve))
    }
    // 300 such commits write some 5,000 pages; SQLite's own checkpoint would come at 2,000 of 4,120 bytes.
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(500 * 4120)
    expect(statSync(`${file}-wal`).size).toBeLessThan(1600 * 4120)
  } finally {
    await backend.close()
    rmSync(folder, { recursive: true })
  }
})
