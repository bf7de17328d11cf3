import assert from 'node:assert/strict'
import { complete, type Lease } from '../../model/lease.js'
import { newJobs } from '../new-job.js'
import { chapter, needs } from './chapter.js'
import { LEASE_MS, type TestStore } from './test-store.js'
import type { PushTarget } from './target.js'

export const push = chapter('Law 12: a message goes back to its transport only when its settlement was not recorded', {
  'messages whose settlements were recorded do not go back, and all others do': needs('push', async (t) => {
    const ids = await t.enqueue(...newJobs(4))
    const { leases, reply, returnedBy } = await accept(t, ids)
    assert.deepEqual(leases.map(({ job }) => job.id).toSorted(), ids.toSorted())
    const [first, second, ...rest] = leases
    await t.settled(complete(first!.receipt, null), complete(second!.receipt, null))
    const recorded = new Set([first!.receipt, second!.receipt])
    assert.deepEqual(returnedBy(reply(recorded)).toSorted(), rest.map(({ job }) => job.id).toSorted())
  }),

  'the leases of an event are leases like others': needs('push', async (t) => {
    const ids = await t.enqueue(...newJobs(2))
    const { leases } = await accept(t, ids)
    assert.deepEqual(await t.claimIds(), [])
    await t.settled(...leases.map(({ receipt }) => complete(receipt, null)))
    assert.deepEqual(await t.states(...ids), ['completed', 'completed'])
  }),

  'a message that comes twice brings its job once': needs('push', async (t) => {
    const ids = await t.enqueue(...newJobs(2))
    await accept(t, ids)
    assert.deepEqual((await accept(t, ids)).leases, [])
  }),

  'a message of a job that has finished brings nothing and does not come again': needs('push', async (t) => {
    const ids = await t.enqueue(...newJobs(1))
    await t.settled(complete((await t.claimOne()).receipt, null))
    const { leases, reply, returnedBy } = await accept(t, ids)
    assert.deepEqual([leases, returnedBy(reply(new Set()))], [[], []])
  }),
})

async function accept(
  t: TestStore,
  ids: readonly string[],
): Promise<{
  readonly leases: readonly Lease[]
  reply(recorded: ReadonlySet<string>): unknown
  returnedBy(reply: unknown): readonly string[]
}> {
  const push: PushTarget | undefined = t.target.push
  assert.ok(push)
  const event = await push.eventOf(ids)
  const accepted = await push.intake.accept(event, { workerId: 'worker-1', leaseMs: LEASE_MS })
  return { ...accepted, returnedBy: (reply) => push.returnedBy(reply) }
}
