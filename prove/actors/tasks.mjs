import { setTimeout as sleep } from 'node:timers/promises'
import { task } from 'rota'

/**
 * @template T
 * @typedef {import('rota').TaskDefinition<T>} TaskDefinition
 */

/**
 * What the jobs of the proofs carry: their number, and how long the handler works.
 * @typedef {{ readonly n: number, readonly ms: number }} Work
 */

/** More tries than anybody kills: an unlucky job must still be run, so that "every job completed" is exact. */
const TRIES_MAX = 10_000

/** The task of the accounting; its handler is given where it runs. @type {TaskDefinition<Work>} */
export const work = task('prove:work', { maxTries: TRIES_MAX })

/** The task of which a great many run. @type {TaskDefinition<{ readonly n: number }>} */
export const count = task('prove:count')

/** The task that the schedule makes jobs of. */
export const tick = task('prove:tick', { run: () => undefined, maxTries: TRIES_MAX })

/**
 * The same task with a handler that writes down when it starts and when it ends.
 * @param {ReturnType<import('../kit/journal.mjs').openJournal>} journal
 */
export function journalledWork(journal) {
  return work.handle(async ({ n, ms }, { job, fence }) => {
    journal.write('start', [{ id: job.id, n, fence }])
    if (ms > 0) await sleep(ms)
    journal.write('end', [{ id: job.id, n, fence }])
  })
}
