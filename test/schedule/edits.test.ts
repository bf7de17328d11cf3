import { afterEach, beforeEach, expect, test } from 'vitest'
import { memoryClient } from '../client/memory-client.js'
import type { Client } from '../../src/client/client.js'
import { task } from '../../src/model/task-definition.js'
import type { Backend } from '../../src/port/backend.js'
import { Scheduler } from '../../src/scheduler/scheduler.js'
import type { FakeClock } from '../../src/time/fake-clock.js'
import { seededRandom } from '../../src/time/random.js'

const SECOND = 1_000
const work = task('work', (_input: { n: number }) => 1)

let clock: FakeClock
let backend: Backend
let client: Client
let schedulers: readonly Scheduler[]

beforeEach(async () => {
  ;({ clock, backend, client } = memoryClient())
  schedulers = [1, 2].map((seed) => new Scheduler({ backend, clock, random: seededRandom(seed) }))
  await Promise.all(schedulers.map(async (scheduler) => scheduler.start()))
})

afterEach(async () => {
  const stopped = Promise.all(schedulers.map((scheduler) => scheduler.stop()))
  await clock.settle()
  await stopped
  await client.close()
})

/** The instants of all jobs that ticks have made, in the order of their making. */
async function ticks(): Promise<readonly number[]> {
  const found: number[] = []
  for await (const job of client.jobs({ state: 'pending' })) found.push(job.tick?.at.getTime() ?? Number.NaN)
  return found
}

test('E-43: an edited schedule fires once per tick on the new expression, and the old one is heard of no more', async () => {
  const start = clock.now()
  await client.schedule('s', 'every 10s', work, { n: 1 })
  await clock.advance(25 * SECOND)
  await client.schedule('s', '*/15 * * * * *', work, { n: 2 })
  await clock.advance(60 * SECOND)
  const expected = [10, 20, 30, 45, 60, 75].map((at) => start + at * SECOND)
  expect(await ticks()).toEqual(expected)
  expect(await client.schedules.get('s')).toMatchObject({ revision: 2, fired: 6, skipped: 0 })
})

test('a schedule that is removed and made again leaves no ghost', async () => {
  await client.schedule('s', 'every 10s', work, { n: 1 })
  await clock.advance(15 * SECOND)
  await client.schedules.remove('s')
  await clock.advance(60 * SECOND)
  expect(await ticks()).toHaveLength(1)
  const again = clock.now()
  await client.schedule('s', 'every 10s', work, { n: 2 })
  await clock.advance(20 * SECOND)
  expect((await ticks()).slice(1)).toEqual([again + 10 * SECOND, again + 20 * SECOND])
  expect(await client.schedules.get('s')).toMatchObject({ revision: 1, fired: 2 })
  expect(await client.schedules.history('s')).toHaveLength(2)
})

test('a payload that is edited at every deploy reaches the next tick, and the phase stays', async () => {
  const start = clock.now()
  for (let deploy = 0; deploy < 6; deploy++) {
    await client.schedule('s', 'rate(1 minute)', work, { n: deploy })
    await clock.advance(37 * SECOND)
  }
  const { jobs } = await client.list({ state: 'pending' })
  expect(jobs.map(({ tick, payload }) => [tick?.at.getTime(), payload])).toEqual([
    [start + 60 * SECOND, { n: 1 }],
    [start + 120 * SECOND, { n: 3 }],
    [start + 180 * SECOND, { n: 4 }],
  ])
})

test.each([1, 2, 3, 4, 5])(
  'whatever is done to a schedule, no instant of a series has two jobs (seed %i)',
  async (seed) => {
    const random = seededRandom(seed)
    const pick = <T>(...choices: readonly [T, ...T[]]): T =>
      choices[Math.floor(random.next() * choices.length)] ?? choices[0]
    const ifThere = async (): Promise<boolean> => (await client.schedules.get('s')) !== null
    let manual = 0
    for (let step = 0; step < 60; step++) {
      const what = pick('edit', 'edit', 'retime', 'remove', 'pause', 'resume', 'run', 'jump')
      if (what === 'edit') await client.schedule('s', 'every 3s', work, { n: step })
      else if (what === 'retime') await client.schedule('s', pick('every 2s', '*/5 * * * * *'), work, { n: step })
      else if (what === 'remove') await client.schedules.remove('s')
      else if (what === 'jump') clock.jump(pick(-7, 5) * SECOND)
      else if (!(await ifThere())) continue
      else if (what === 'run') manual += (await client.schedules.runNow('s')).id === '' ? 0 : 1
      else await client.schedules[what]('s')
      await clock.advance(Math.floor(random.next() * 9 * SECOND))
    }
    const seen = new Set<string>()
    let byHand = 0
    for await (const { id, tick } of client.jobs({ state: 'pending' })) {
      const series = id.split('@').at(-1) ?? ''
      if (id.includes('@')) expect(seen.has(`${series} ${tick?.at.getTime()}`), `${id} of seed ${seed}`).toBe(false)
      else byHand += 1
      seen.add(`${series} ${tick?.at.getTime()}`)
    }
    expect(byHand).toBe(manual)
    expect(seen.size).toBeGreaterThan(20)
    const record = await client.schedules.get('s')
    const fired = (await client.schedules.history('s', { limit: 1_000 })).filter(({ outcome }) => outcome === 'fired')
    expect(fired).toHaveLength(record?.fired ?? 0)
    expect(new Set(fired.map(({ tick }) => tick.getTime())).size).toBe(fired.length)
  },
)
