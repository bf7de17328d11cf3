import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Actor, withActors } from './kit/actor.mjs'
import { lineCounter, readJournal } from './kit/journal.mjs'
import { account, exclusion } from './kit/oracle.mjs'
import { finding, none } from './kit/proof.mjs'
import { readStore, watchCounts } from './kit/store.mjs'

/** Short, so that the proof does not wait half a minute after every kill. */
const LEASE_MS = 1000

/** One kill in so many comes while the worker starts, before it has done anything. */
const BOOT_KILL_IN = 5
const BOOT_MS = 250

/** Only what hangs takes so long. */
const TERMINATE_WITHIN_MS = 60_000

/** After the number of jobs that a kill waits for, up to so long again: in the middle of whatever happens then. */
const WITHIN_MS = 15

/** @type {import('./kit/proof.mjs').Proof} */
export const killWorker = {
  claims:
    'kill -9 of the worker at random moments: every job completed, none lost, none settled twice, the store clean',
  takes: '1 to 2 minutes, 3 processes, 300 MB',
  options: {
    jobs: { default: 10_000, says: 'jobs to be run' },
    kills: { default: 50, says: 'how often the worker is killed' },
  },
  short: { jobs: 2000, kills: 8 },

  async prove({ numbers: { jobs = 0, kills = 0 }, random, seed, folder, say }) {
    const file = join(folder, 'store.db')
    const journal = join(folder, 'journal.jsonl')
    const settings = { url: `sqlite:${file}`, journal, leaseMs: LEASE_MS, concurrency: 20 }
    const producer = new Actor('../actors/producer.mjs', {
      ...settings,
      jobs,
      burst: 50,
      pauseMs: 0,
      handlerMs: [0, 4],
      seed,
    })
    const worker = new Actor('../actors/worker.mjs', settings)
    const startedAt = performance.now()

    const exit = await withActors([producer, worker], async () => {
      await producer.start()
      await killAtRandom({ worker, ended: lineCounter(journal, '"end"'), jobs, kills, random, say })
      await worker.start()
      await watchCounts(file, { state: 'completed', task: 'prove:work', atLeast: jobs, withinMs: 300_000, say })
      return worker.terminate(TERMINATE_WITHIN_MS)
    })

    const seconds = (performance.now() - startedAt) / 1000
    const lines = readJournal(journal)
    const ids = lines.filter(({ what }) => what === 'intent').map(({ id }) => id)
    const store = await readStore(file, ids)
    const jobsDone = account({ lines, records: store.records, completions: store.completions })
    const leases = exclusion({ lines, deaths: worker.deaths, freezes: worker.absences })
    return {
      figures: {
        enqueued: jobsDone.enqueued,
        acknowledged: jobsDone.acked,
        completed: jobsDone.completed,
        doubled: jobsDone.doubled.length,
        lost: jobsDone.lost.length,
        kills: worker.deaths.length,
        'handler starts': `${jobsDone.starts} (${jobsDone.repeated} jobs more than once: at least once is the promise)`,
        seconds: seconds.toFixed(1),
      },
      findings: [
        finding(`the worker was killed ${kills} times`, worker.deaths.length === kills, worker.deaths.length),
        finding('asked to stop at the end, the worker exits with 0', exit === 0, String(exit)),
        finding(`all ${jobs} jobs were acknowledged`, jobsDone.acked === jobs, jobsDone.acked),
        finding('every job is completed', jobsDone.completed === jobs, jobsDone.completed),
        none('lost jobs', jobsDone.lost),
        none('jobs settled twice', jobsDone.doubled),
        finding('the counter of completions agrees', store.completedEver === jobs, store.completedEver),
        none('jobs from nowhere', jobsDone.strangers),
        none('jobs completed without a handler', jobsDone.unrun),
        none('leases held twice', [...leases.shared, ...leases.overlapping, ...leases.backwards]),
        finding('integrity_check', store.integrity === 'ok', store.integrity),
        none('what maintenance.verify found', store.problems),
      ],
    }
  },
}

/**
 * Kills are spread over the work and not over time, so that a slow machine sees as many of them in the midst of it as a fast one.
 * @param {object} plan
 * @param {Actor} plan.worker
 * @param {() => number} plan.ended how many handlers have ended so far
 * @param {number} plan.jobs
 * @param {number} plan.kills
 * @param {import('./kit/random.mjs').Random} plan.random
 * @param {(text: string) => void} plan.say
 */
async function killAtRandom({ worker, ended, jobs, kills, random, say }) {
  // The last twentieth is left alone: repeated handlers count as ended too, and the last kill must still find work.
  const moments = Array.from({ length: kills }, () => random.whole(1, Math.floor(jobs * 0.95))).sort((a, b) => a - b)
  for (const [index, moment] of moments.entries()) {
    worker.spawn()
    if (random.whole(1, BOOT_KILL_IN) === 1) {
      await sleep(random.between(0, BOOT_MS))
    } else {
      while (ended() < moment && worker.running) await sleep(1)
      await sleep(random.between(0, WITHIN_MS))
    }
    if (!worker.running) throw new Error(`the worker ended by itself: ${worker.stderr}`)
    await worker.kill()
    if ((index + 1) % 10 === 0) say(`${index + 1} kills, ${ended()} handlers ended`)
  }
}
