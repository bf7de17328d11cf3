import { keyArguments } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { inBatches } from '../in-batches.js'
import { pairUp, reportOutcomes } from '../report-outcomes.js'

export const command = defineCommand<[ids: readonly string[]], object>({
  description:
    'Makes finished jobs pending again, at once and with all their tries; a job that waits for its time becomes due now.',
  examples: [
    ['rota task retry 019a4f6e-0000-7000-8000-000000000000', 'run a failed job again'],
    ['rota task list --state failed --json | jq -r .[].id | xargs rota task retry', 'run the latest failures again'],
  ],
  declare: (command) => command.argument('<ids...>', 'ids of jobs', keyArguments('id')),
  async run(session, _options, ids) {
    const { backend } = await session.connect('existing')
    const outcomes = await inBatches(ids, (batch) => backend.jobs.retry({ ids: batch, signal: session.signal }))
    return reportOutcomes(session, { noun: 'job', key: 'id' }, pairUp(ids, outcomes), {
      retried: { says: 'pending again' },
      pending: { says: 'waits already, nothing changed' },
      running: { says: 'is running, nothing changed', fails: true },
      duplicate: { says: 'another live job holds its unique key', fails: true },
      unknown: { says: 'no such job is on record', fails: true },
    })
  },
})
