import { join } from 'node:path'
import { Actor, withActors } from './kit/actor.mjs'
import { finding } from './kit/proof.mjs'

/** From the work order. */
const GROWTH_MAX = 0.1

const STEPS = 10
const STEP_WITHIN_MS = 600_000

/** @typedef {{ ran: number, heapMb: number, residentMb: number }} Sample */

/** @type {import('./kit/proof.mjs').Proof} */
export const flatMemory = {
  claims:
    'a million jobs through one worker process: its heap after collection at 10 % and at 100 % differs by less than 10 %',
  takes: '1 to 2 minutes, 2 processes, 300 MB, 500 MB of disk',
  options: { jobs: { default: 1_000_000, says: 'jobs to be run' } },

  async prove({ numbers: { jobs = 0 }, folder, say }) {
    const url = `sqlite:${join(folder, 'store.db')}`
    const filler = new Actor('../actors/filler.mjs', { url, jobs: jobs / STEPS })
    const worker = new Actor('../actors/counting-worker.mjs', { url }, ['--expose-gc'])
    /** @type {Sample[]} */
    const samples = []
    await withActors([filler, worker], async () => {
      await worker.start()
      // Like with like: each sample is taken when what was enqueued has run, so that no backlog in memory is counted.
      for (let step = 1; step <= STEPS; step++) {
        await filler.start()
        samples.push(await worker.ask({ afterJobs: (jobs / STEPS) * step }, STEP_WITHIN_MS))
        await filler.ended()
        const { ran, heapMb, residentMb } = /** @type {Sample} */ (samples.at(-1))
        say(`${ran} jobs: heap ${heapMb.toFixed(2)} MB, resident ${residentMb.toFixed(0)} MB`)
      }
    })
    const [first, last] = [samples[0], samples.at(-1)]
    if (first === undefined || last === undefined) throw new Error('flat-memory: expected samples, got none')
    const growth = last.heapMb / first.heapMb - 1
    return {
      figures: {
        'heap at 10 %, MB': first.heapMb.toFixed(2),
        'heap at 100 %, MB': last.heapMb.toFixed(2),
        'resident at the end, MB': last.residentMb.toFixed(0),
      },
      findings: [
        finding(`${jobs} jobs have run`, last.ran === jobs, last.ran),
        finding('the heap differs by less than 10 %', Math.abs(growth) < GROWTH_MAX, `${(growth * 100).toFixed(1)} %`),
      ],
    }
  },
}
