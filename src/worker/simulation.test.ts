import { expect, test } from 'vitest'
import { WorkerRig } from '../../test/worker/worker-rig.js'
import { task } from '../model/task-definition.js'
import type { AnyTask } from '../model/task-definition.js'
import { seededRandom } from '../time/random.js'
import type { Worker } from './worker.js'

const JOBS = 60

/** What can be seen of one life of the system. */
interface Life {
  readonly rig: WorkerRig
  /** Fences of each job in the order in which its handlers started. */
  readonly fences: Map<string, number[]>
}

function makeTasks({ rig, fences }: Life, chance: () => number): AnyTask[] {
  const work = task('work', {
    maxTries: 50,
    timeout: '20 seconds',
    backoff: { type: 'fixed', base: 500 },
    run: async (n: number, { job, fence, log, again, snooze, signal }) => {
      fences.set(job.id, [...(fences.get(job.id) ?? []), fence])
      log.info(`run ${n}`)
      await rig.clock.sleep(chance() * (chance() < 0.1 ? 25_000 : 300), signal)
      if (chance() < 0.2) throw new Error('bad luck')
      if (chance() < 0.1) return snooze(200)
      if (n > 0 && n % 7 === 0) return again({ params: n - 1 })
      return n
    },
  })
  const quick = task('quick', { queue: 'quick', run: (n: number) => n * 2 })
  return [work, quick]
}

/** Faults of the store, dying, stopping and starting workers for two minutes; then peace. */
async function live(seed: number): Promise<Life> {
  const chance = seededRandom(seed)
  const next = (): number => chance.next()
  const rig = new WorkerRig()
  const life: Life = { rig, fences: new Map() }
  const tasks = makeTasks(life, next)
  const start = async (): Promise<Worker> =>
    rig.started(tasks, { concurrency: 5, lease: '6 seconds', callTimeout: '2 seconds' })
  rig.fault = () => {
    rig.latencyMs = next() < 0.5 ? 0 : Math.round(next() * 20)
    const draw = next()
    return draw < 0.05 ? 'before' : draw < 0.1 ? 'after' : draw < 0.12 ? 'hang' : null
  }
  const workers = [await start(), await start()]
  const stops: Promise<unknown>[] = []
  for (let index = 0; index < JOBS; index++) {
    await rig.enqueue(tasks[index % 2] as AnyTask, index, { id: `job-${index}` })
    await rig.clock.advance(next() * 2000)
    if (next() < 0.1) rig.kill(workers.shift() as Worker)
    if (next() < 0.1 && workers.length > 0) stops.push((workers.shift() as Worker).stop({ graceMs: next() * 5000 }))
    while (workers.length < 2) workers.push(await start())
  }
  rig.fault = () => null
  rig.latencyMs = 0
  await rig.clock.advance(300_000)
  await Promise.all(
    [...stops, ...workers.map((worker) => worker.stop({ graceMs: 1000 }))].concat(rig.clock.advance(20_000)),
  )
  return life
}

test.each(Array.from({ length: 10 }, (_, at) => at + 1))(
  'a fleet that suffers finishes all its work and breaks no rule (seed %i)',
  async (seed) => {
    const { rig, fences } = await live(seed)
    const jobs = await Promise.all(Array.from({ length: JOBS }, (_, index) => rig.job(`job-${index}`)))
    expect(jobs.filter(({ state }) => state !== 'completed')).toEqual([])
    for (const job of jobs.filter(({ task }) => task === 'quick')) {
      expect(job.result?.json).toBe(String(2 * Number(job.id.slice(4))))
    }
    for (const seen of fences.values()) expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b))
    expect(await rig.store.maintenance.verify({})).toEqual([])
    const counts = await rig.store.inspector.counts({})
    expect(counts.filter(({ state, count }) => state !== 'completed' && count > 0)).toEqual([])
  },
)
