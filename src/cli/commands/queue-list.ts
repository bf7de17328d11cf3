import { defineCommand } from '../define-command.js'
import { formatCount } from '../render/count.js'
import { queueDocument, queueFigures, type QueueFigures } from '../queue-figures.js'
import type { Table } from '../render/table.js'
import { formatDuration } from '../../time/duration.js'

export const command = defineCommand<[], object>({
  description:
    'Lists queues: whether they are paused, how many jobs wait, run, have completed or failed, how many may run at a time over all workers, and how long the oldest job that could start has been waiting.',
  examples: [
    ['rota queue list', 'all queues at a glance'],
    ["rota queue list --json | jq '.[] | select(.lagMs > 60000) | .name'", 'queues that are a minute behind'],
  ],
  async run(session) {
    const { backend } = await session.connect('existing')
    const queues = await queueFigures(backend, session.clock.now(), session.signal)
    if (session.json) session.out.json(queues.map(queueDocument))
    else if (queues.length === 0) session.out.line('No queues.')
    else await session.out.table(queueTable(queues))
  },
})

function queueTable(queues: readonly QueueFigures[]): Table {
  return {
    title: `${queues.length} ${queues.length === 1 ? 'queue' : 'queues'}`,
    columns: [
      { head: 'Name' },
      { head: 'Paused' },
      { head: 'Waiting', align: 'right' },
      { head: 'Running', align: 'right' },
      { head: 'Completed', align: 'right' },
      { head: 'Failed', align: 'right' },
      { head: 'Concurrency', align: 'right' },
      { head: 'Lag', align: 'right' },
    ],
    rows: queues.map(({ queue, counts, lagMs }) => [
      queue.name,
      queue.paused ? { text: 'yes', style: 'yellow' } : 'no',
      formatCount(counts.pending + counts.blocked),
      formatCount(counts.running),
      formatCount(counts.completed),
      formatCount(counts.failed),
      queue.concurrency === null ? 'unlimited' : formatCount(queue.concurrency),
      formatDuration(lagMs),
    ]),
  }
}
