/**
 * pg-boss 12, tuned for batches: it fetches 1,000 jobs at a time, goes on at once while a fetch is full, and is notified of new jobs.
 * All jobs are in one queue and have no keys: its best case.
 */
import { PgBoss } from 'pg-boss'

const QUEUE = 'bench'
const BATCH = 1000

/** @type {import('../subject.mjs').SubjectDefinition} */
export const pgBoss = {
  name: 'pg-boss',
  durability: 'every commit is synced',

  async open({ url }) {
    const boss = new PgBoss({ connectionString: String(url), schedule: false, useListenNotify: true })
    boss.on('error', (error) => console.error(error))
    await boss.start()
    await boss.createQueue(QUEUE, { notify: true })
    return {
      enqueue: ({ payload, priority }) => boss.send(QUEUE, payload, { priority: 5 - priority }),
      enqueueAll: (jobs, { delayMs = 0 } = {}) =>
        boss.insert(
          QUEUE,
          jobs.map(({ payload, priority }) => ({ data: payload, priority: 5 - priority, startAfter: delayMs / 1000 })),
        ),
      work: async (run) => {
        const options = { batchSize: BATCH, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 }
        await boss.work(QUEUE, options, async (jobs) => {
          for (const { data } of jobs) run(/** @type {any} */ (data))
        })
        return () => boss.offWork(QUEUE, { wait: true })
      },
      close: () => boss.stop({ graceful: false, close: true }),
    }
  },
}
