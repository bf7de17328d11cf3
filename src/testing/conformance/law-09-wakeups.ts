import assert from 'node:assert/strict'
import { complete, retry } from '../../model/lease.js'
import type { Wakeup } from '../../port/wakeups.js'
import { systemClock } from '../../time/system-clock.js'
import { newJob } from '../new-job.js'
import { newSchedule } from '../new-schedule.js'
import { chapter, needs } from './chapter.js'
import type { TestStore } from './test-store.js'

/** How long a hint between processes takes at most where nothing else runs. */
const AGAIN_MS = 25

export const wakeups = chapter('Law 9: wake-ups are hints', {
  'a new job is hinted at, with its queue': needs('wakeups', async (t) => {
    await hinted(t, isJobs('mail'), async () => t.enqueue(newJob({ queue: 'mail' })))
  }),

  'a job that is due later is hinted at, so that sleepers can set their alarm': needs('wakeups', async (t) => {
    await hinted(t, isJobs('queue'), async () => t.enqueue(newJob({ due: { inMs: 60_000 } })))
  }),

  'a job that goes back to wait is hinted at': needs('wakeups', async (t) => {
    await t.enqueue(newJob())
    const { receipt } = await t.claimOne()
    await hinted(t, isJobs('queue'), async () => t.settled(retry(receipt, { inMs: 0 }, '{}')))
  }),

  'a job that waited for a parent, and a follow-up, are hinted at': needs('wakeups', async (t) => {
    const [id] = await t.enqueue(newJob())
    await t.enqueue(newJob({ queue: 'children', parents: [{ id: id!, otherwise: 'fail' }] }))
    const { receipt } = await t.claimOne()
    await hinted(
      t,
      isJobs('children'),
      async () => t.settled(complete(receipt, null, [newJob({ queue: 'next' })])),
      isJobs('next'),
    )
  }),

  'a job that an operator retries is hinted at': needs('wakeups', async (t) => {
    const [id] = await t.enqueue(newJob({ due: { inMs: 60_000 } }))
    await hinted(t, isJobs('queue'), async () => t.backend.jobs.retry({ ids: [id!] }))
  }),

  'the request to cancel a running job is hinted at': needs('wakeups', async (t) => {
    const [id] = await t.enqueue(newJob())
    await t.claimOne()
    await hinted(
      t,
      ({ kind }) => kind === 'cancel',
      async () => t.backend.jobs.cancel({ ids: [id!], reason: null }),
    )
  }),

  'a change of settings is hinted at': needs('wakeups', async (t) => {
    const change = async (): Promise<unknown> =>
      t.backend.control.putQueues({ queues: [{ name: 'queue', paused: true }] })
    await hinted(t, ({ kind }) => kind === 'settings', change)
  }),

  'a change of schedules is hinted at': needs('wakeups', async (t) => {
    const change = async (): Promise<unknown> => t.backend.schedules.put({ schedules: [newSchedule('daily')] })
    await hinted(t, ({ kind }) => kind === 'schedules', change)
  }),

  'a change of states is hinted at for those who watch events': needs('wakeups', async (t) => {
    await hinted(
      t,
      ({ kind }) => kind === 'events',
      async () => t.enqueue(newJob()),
    )
  }),

  'hints reach other processes where they are said to be shared': needs(['shared wakeups', 'second'], async (t) => {
    const other = await t.second()
    let heard = false
    other.wakeups?.subscribe((hint) => {
      if (isJobs('queue')(hint)) heard = true
    })
    // What was told before the other one had its connection is lost, as a hint may be.
    for (let waitedMs = 0; !heard && waitedMs < t.patienceMs; waitedMs += AGAIN_MS) {
      await t.enqueue(newJob())
      await systemClock.sleep(AGAIN_MS)
    }
    assert.ok(heard, 'no hint came')
  }),

  'nothing is hinted to those who have unsubscribed': needs('wakeups', async (t) => {
    const hints: Wakeup[] = []
    const unsubscribe = t.backend.wakeups?.subscribe((hint) => hints.push(hint))
    unsubscribe?.()
    unsubscribe?.()
    await hinted(t, isJobs('queue'), async () => t.enqueue(newJob()))
    assert.deepEqual(hints, [])
  }),

  'a job waits for whoever asks, also when nobody listened to the hint': needs('wakeups', async (t) => {
    const [id] = await t.enqueue(newJob())
    t.backend.wakeups?.subscribe(() => undefined)
    assert.deepEqual(await t.claimIds(), [id])
  }),
})

function isJobs(queue: string): (hint: Wakeup) => boolean {
  return (hint) => hint.kind === 'jobs' && (hint.queues === null || hint.queues.includes(queue))
}

/** Resolves when `change` was followed by a hint of each kind. */
async function hinted(
  t: TestStore,
  isFirst: (hint: Wakeup) => boolean,
  change: () => Promise<unknown>,
  isSecond = isFirst,
): Promise<void> {
  const giveUp = new AbortController()
  const came = new Promise<'hinted'>((resolve) => {
    const waiting = new Set([isFirst, isSecond])
    t.backend.wakeups?.subscribe((hint) => {
      for (const isWanted of waiting) if (isWanted(hint)) waiting.delete(isWanted)
      if (waiting.size === 0) resolve('hinted')
    })
  })
  await change()
  const late = systemClock.sleep(t.patienceMs, giveUp.signal).then(
    () => 'no hint came',
    () => 'hinted',
  )
  assert.equal(await Promise.race([came, late]), 'hinted')
  giveUp.abort()
}
