import { afterEach, beforeEach, expect, test } from 'vitest'
import { memoryClient } from '../../test/client/memory-client.js'
import type { EncodedValue } from '../model/job.js'
import { complete } from '../model/lease.js'
import type { Backend } from '../port/backend.js'
import { newJob } from '../testing/new-job.js'
import type { Client } from './client.js'

const GOOD: EncodedValue = { json: '{"to":"a"}', note: null }
const NO_JSON: EncodedValue = { json: '{"secret', note: null }

let backend: Backend
let client: Client

beforeEach(() => {
  ;({ backend, client } = memoryClient())
})

afterEach(() => client.close())

async function finish(result: EncodedValue): Promise<string> {
  const job = newJob()
  await backend.jobs.enqueue({ jobs: [job] })
  const queues = [{ queue: job.queue, limit: 1 }]
  const claim = { workerId: 'w', leaseMs: 30_000, queues, tasks: [job.task], limit: 1, suspects: false } as const
  const { leases } = await backend.jobs.claim({ ...claim, from: 'highest' })
  await backend.jobs.settle({ settlements: leases.map(({ receipt }) => complete(receipt, result)) })
  return job.id
}

test('a payload that cannot be read is left out with the reason, and the page goes on', async () => {
  const jobs = [GOOD, NO_JSON, { json: '1', note: '"of-a-newer-version"' }, GOOD].map((payload) => newJob({ payload }))
  await backend.jobs.enqueue({ jobs })
  const found = await client.list({ state: 'pending' })
  expect(found.jobs.map(({ payload, unreadable }) => ({ payload, unreadable }))).toEqual([
    { payload: { to: 'a' }, unreadable: null },
    {
      payload: undefined,
      unreadable: expect.stringContaining('payload: a stored value cannot be read back') as string,
    },
    { payload: undefined, unreadable: expect.stringContaining('of-a-newer-version') as string },
    { payload: { to: 'a' }, unreadable: null },
  ])
  expect(found.jobs[1]?.unreadable).not.toContain('secret')
  expect(await client.get(jobs[1]?.id ?? '')).toEqual(found.jobs[1])
})

test('headers that cannot be read are none, with the reason', async () => {
  const job = newJob({ headers: '{"token' })
  await backend.jobs.enqueue({ jobs: [job] })
  const view = await client.get(job.id)
  expect(Object.keys(view?.headers ?? { a: 1 })).toEqual([])
  expect(view?.unreadable).toBe('headers: a stored value is not what rota wrote')
})

test.each([
  ['is no JSON', NO_JSON],
  ['has a note that is no JSON', { json: 'null', note: '["lost",{' }],
  ['was lost for no reason', { json: 'null', note: '["lost",7]' }],
])('a result that %s is shown as unreadable, and waiting for it says that the store is corrupt', async (_, result) => {
  const id = await finish(result)
  const view = await client.get(id)
  expect(view).toMatchObject({ state: 'completed', result: undefined, resultLost: null })
  expect(view?.unreadable).toMatch(/^result: /)
  await expect(client.result(id)).rejects.toMatchObject({ code: 'STORE_CORRUPT', facts: { id } })
})
