import { expect, test } from 'vitest'
import { newJob, newJobs } from '../../testing/new-job.js'
import { FakeClock } from '../../time/fake-clock.js'
import { memory } from './memory-backend.js'

test('two memory stores have nothing in common', async () => {
  const [one, other] = [memory(), memory()]
  const job = newJob()
  await one.jobs.enqueue({ jobs: [job] })
  expect(await other.inspector.get({ ids: [job.id] })).toEqual([null])
})

test('a memory store tells the time of the clock that it was given, and of the machine without one', async () => {
  const clock = new FakeClock(1_000)
  expect((await memory({ clock }).schedules.due({ limit: 1 })).now).toBe(1_000)
  expect((await memory().schedules.due({ limit: 1 })).now).toBeGreaterThan(1_700_000_000_000)
})

test('nobody can change what is on record from outside', async () => {
  const store = memory()
  const payload = { json: '1', note: null }
  const job = newJob({ payload })
  await store.jobs.enqueue({ jobs: [job] })
  payload.json = '2'
  expect((await store.inspector.get({ ids: [job.id] }))[0]?.payload?.json).toBe('1')
})

test('a listener that throws does not fail the call, keeps no other listener from hearing, and is not overlooked', async () => {
  const thrown: unknown[] = []
  const clock = new FakeClock()
  const deferred: (() => void)[] = []
  clock.defer = (fire) => deferred.push(fire)
  const store = memory({ clock })
  const heard: string[] = []
  store.wakeups?.subscribe(() => {
    throw new Error('mine')
  })
  store.wakeups?.subscribe((hint) => heard.push(hint.kind))
  expect(await store.jobs.enqueue({ jobs: [newJob()] })).toHaveLength(1)
  expect(heard).toEqual(['jobs', 'events'])
  for (const fire of deferred) {
    try {
      fire()
    } catch (error) {
      thrown.push(error)
    }
  }
  expect(thrown).toEqual([new Error('mine'), new Error('mine')])
})

test('the event log is bounded: the last 100,000 changes are kept, and whoever missed some is told', async () => {
  const store = memory({ clock: new FakeClock() })
  const start = await store.events.latest({})
  for (let batch = 0; batch < 120; batch += 1) await store.jobs.enqueue({ jobs: newJobs(1_000) })
  const page = await store.events.read({ after: start, limit: 1 })
  expect(page.missed).toBe(true)
  let kept = 0
  for (let after = page.cursor; ;) {
    const next = await store.events.read({ after, limit: 1_000 })
    kept += next.events.length
    after = next.cursor
    if (next.events.length === 0) break
  }
  expect(kept).toBeGreaterThanOrEqual(99_999)
  expect(kept).toBeLessThan(110_000)
})

test('a store that was closed cannot be opened again or listened to', async () => {
  const store = memory()
  await store.close()
  await expect(store.open()).rejects.toMatchObject({ code: 'BACKEND_CLOSED' })
  expect(() => store.wakeups?.subscribe(() => undefined)).toThrow('closed')
})

test('an error that nobody knows is unknown', () => {
  expect(memory().classify(new Error('of somebody else'))).toBe('unknown')
})
