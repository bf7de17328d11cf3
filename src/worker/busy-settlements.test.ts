import { beforeEach, describe, expect, test } from 'vitest'
import { WorkerRig } from '../../test/worker/worker-rig.js'
import { Deferred } from '../async/deferred.js'
import type { Settlement } from '../model/lease.js'
import { task } from '../model/task-definition.js'
import type { Backend } from '../port/backend.js'
import type { SettleOutcome } from '../port/job-store.js'

let rig: WorkerRig

beforeEach(() => {
  rig = new WorkerRig()
})

describe('a settlement whose job a transaction of a user holds', () => {
  test('waits beside the others, which are settled, and the worker goes on', async () => {
    const held = new Deferred()
    const work = task('work', (n: number) => n)
    const ids = await rig.enqueueAll(work, 8)
    await rig.started([work], { backend: holding(isOfThree, held.promise) })
    await rig.clock.advance(5_000)
    const states = async (all: readonly string[]): Promise<string[]> =>
      Promise.all(all.map(async (id) => (await rig.job(id)).state))
    expect(await states(ids)).toEqual(ids.map((_, at) => (at === 3 ? 'running' : 'completed')))
    const later = await rig.enqueueAll(work, 2)
    await rig.clock.advance(5_000)
    expect(await states(later)).toEqual(['completed', 'completed'])
    held.resolve()
    await rig.clock.advance(5_000)
    expect(await states(ids)).toEqual(ids.map(() => 'completed'))
    expect(rig.ofType('lease-lost')).toEqual([])
  })

  test('is told again with others when the store stops waiting', async () => {
    const held = new Deferred()
    const work = task('work', (n: number) => n)
    const ids = await rig.enqueueAll(work, 8)
    await rig.started([work], { backend: holding(isOfThree, held.promise) })
    await rig.clock.advance(5_000)
    held.reject(new Error('the call took too long'))
    await rig.clock.advance(5_000)
    expect((await rig.job(ids[3] ?? '')).state).toBe('completed')
    expect(rig.ofType('lease-lost')).toEqual([])
  })

  const isOfThree = (settlement: Settlement): boolean =>
    settlement.kind === 'complete' && settlement.result?.json === '3'

  /** The store, where somebody holds some jobs until `until`. */
  function holding(isHeld: (settlement: Settlement) => boolean, until: Promise<void>): Backend {
    const { jobs } = rig.store
    const isOpen = (settlements: readonly Settlement[]): boolean => !settlements.some(isHeld)
    const outcomesOf = (settlements: readonly Settlement[], told: readonly SettleOutcome[]): SettleOutcome[] => {
      const rest = [...told]
      return settlements.map((one) => (isHeld(one) ? 'busy' : (rest.shift() ?? 'busy')))
    }
    let isOver = false
    void until.then(
      () => (isOver = true),
      () => (isOver = true),
    )
    return {
      ...rig.store,
      jobs: {
        ...jobs,
        async settle(params) {
          if (isOver || isOpen(params.settlements)) return jobs.settle(params)
          if (params.impatient !== true) {
            await until
            return jobs.settle(params)
          }
          const free = params.settlements.filter((one) => !isHeld(one))
          const told = free.length === 0 ? [] : await jobs.settle({ ...params, settlements: free })
          return outcomesOf(params.settlements, told)
        },
        async exchange(params) {
          if (isOver || isOpen(params.settlements)) return jobs.exchange(params)
          const free = params.settlements.filter((one) => !isHeld(one))
          const { outcomes, ...claimed } = await jobs.exchange({ ...params, settlements: free })
          return { ...claimed, outcomes: outcomesOf(params.settlements, outcomes) }
        },
      },
    }
  }
})
