import { expect, test } from 'vitest'
import { memory } from '../backends/memory/memory-backend.js'
import { task } from '../model/task-definition.js'
import { FakeClock } from '../time/fake-clock.js'
import { seededRandom } from '../time/random.js'
import { Worker } from './worker.js'

test('a job runs and its result is kept', async () => {
  const clock = new FakeClock()
  const backend = memory({ clock })
  const double = task('double', (n: number) => n * 2)
  const worker = new Worker({ backend, tasks: [double], clock, random: seededRandom(1) })
  await backend.jobs.enqueue({
    jobs: [
      {
        id: 'j1',
        task: 'double',
        queue: 'default',
        priority: 3,
        payload: { json: '21', note: null },
        headers: null,
        due: { inMs: 0 },
        deadline: null,
        maxTries: null,
        uniqueKey: null,
        tick: null,
        parents: [],
      },
    ],
  })
  await worker.start()
  await clock.settle()
  const [job] = await backend.inspector.get({ ids: ['j1'] })
  expect(job?.state).toBe('completed')
  expect(job?.result?.json).toBe('42')
  expect(await worker.stop()).toEqual({ drained: 0, released: 0, abandoned: 0 })
})
