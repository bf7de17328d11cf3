import { expect, test } from 'vitest'
import type { Backend } from '../port/backend.js'
import type { Fire } from '../port/schedule-store.js'
import { fireAll } from './fire-all.js'
import type { SchedulerEvent } from './scheduler-event.js'

function fire(name: string): Fire {
  const tick = { tick: 1, at: 1, outcome: 'fired', reason: null, lateMs: 0, jobId: `${name}@1`, count: 1 } as const
  return { name, incarnation: '1', version: 1, tick: 1, nextTickAt: 2, jobs: [], ticks: [tick] }
}

test('a schedule that must wait for a transaction of a user is left for the next round, and the others are fired', async () => {
  const asked: (boolean | undefined)[] = []
  const backend = {
    limits: { enqueueItems: 100, enqueueBytes: 1_000_000 },
    classify: () => 'transient',
    schedules: {
      fire: async ({ fires, impatient }: { fires: readonly Fire[]; impatient?: boolean }) => {
        asked.push(impatient)
        return fires.map(({ name }) => (name === 'held' ? 'busy' : 'fired'))
      },
    },
  } as unknown as Pick<Backend, 'schedules' | 'limits' | 'classify'>
  const events: SchedulerEvent[] = []
  const outcome = await fireAll(backend, ['a', 'held', 'b'].map(fire), (event) => events.push(event), undefined)
  expect(asked).toEqual([true])
  expect(outcome.moved).toBe(2)
  expect(outcome.refusal?.error).toMatchObject({ code: 'BUSY', facts: { schedule: 'held' } })
  expect(events.map((event) => (event.type === 'fired' ? event.schedule : event.type))).toEqual(['a', 'b'])
})
