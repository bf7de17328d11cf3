import { expect, test } from 'vitest'
import { memory } from '../backends/memory/memory-backend.js'
import { FakeClock } from '../time/fake-clock.js'
import { faultyBackend, InjectedError, type FaultyBackend } from './faulty-backend.js'
import { newJob } from './new-job.js'

const make = (): FaultyBackend => faultyBackend(memory({ clock: new FakeClock() }))

test('a call that fails before its work has done nothing, and the next one works', async () => {
  const { backend, inject } = make()
  const fault = inject({ kind: 'fail-before', on: 'jobs.enqueue' })
  const job = newJob()
  await expect(backend.jobs.enqueue({ jobs: [job] })).rejects.toThrow('jobs.enqueue was made to fail-before')
  expect(await backend.inspector.get({ ids: [job.id] })).toEqual([null])
  expect(await backend.jobs.enqueue({ jobs: [job] })).toEqual([{ status: 'inserted', id: job.id }])
  expect(fault.hits).toBe(1)
})

test('a call that fails after its work has done it', async () => {
  const { backend, inject } = make()
  const error = new Error('connection lost')
  inject({ kind: 'fail-after', on: 'jobs.enqueue', error })
  const job = newJob()
  await expect(backend.jobs.enqueue({ jobs: [job] })).rejects.toBe(error)
  expect(await backend.jobs.enqueue({ jobs: [job] })).toEqual([{ status: 'duplicate', id: job.id, by: 'id' }])
})

test('a call that hangs before its work does it when it is released', async () => {
  const { backend, inject } = make()
  const fault = inject({ kind: 'hang-before' })
  const job = newJob()
  const call = backend.jobs.enqueue({ jobs: [job] })
  expect(await backend.inspector.get({ ids: [job.id] })).toEqual([null])
  fault.release()
  expect(await call).toEqual([{ status: 'inserted', id: job.id }])
})

test('a call that hangs after its work has done it, and rejects with the reason when it is aborted', async () => {
  const { backend, inject } = make()
  const reason = new Error('enough')
  const controller = new AbortController()
  inject({ kind: 'hang-after', on: 'jobs.enqueue', onHit: () => controller.abort(reason) })
  const job = newJob()
  await expect(backend.jobs.enqueue({ jobs: [job], signal: controller.signal })).rejects.toBe(reason)
  expect((await backend.inspector.get({ ids: [job.id] }))[0]?.state).toBe('pending')
})

test('the n-th of the calls that are counted goes wrong, and as many in a row as was said', async () => {
  const { backend, inject, calls } = make()
  inject({ kind: 'fail-before', on: ['locks.list', 'inspector.lag'], nth: 2, times: 2 })
  const ends: string[] = []
  for (const call of [backend.locks.list, backend.events.latest, backend.inspector.lag, backend.locks.list]) {
    ends.push((await Promise.allSettled([call({})]))[0].status)
  }
  ends.push((await Promise.allSettled([backend.locks.list({})]))[0].status)
  expect(ends).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(calls).toEqual(['locks.list', 'events.latest', 'inspector.lag', 'locks.list', 'locks.list'])
})

test('a fault that was removed strikes no more, and lets go of what hangs', async () => {
  const { backend, inject } = make()
  const fault = inject({ kind: 'hang-before', times: Number.POSITIVE_INFINITY })
  const hanging = [backend.locks.list({}), backend.locks.list({})]
  fault.remove()
  expect(await Promise.all([...hanging, backend.locks.list({})])).toEqual([[], [], []])
  expect(fault.hits).toBe(2)
})

test('an injected error is classified as transient, and every other one by the backend', () => {
  const { backend } = make()
  expect(backend.classify(new InjectedError('jobs.claim', 'fail-before'))).toBe('transient')
  expect(backend.classify(new TypeError('limit'))).toBe('mistake')
})
