import { encodeReason } from '../../codec/reason.js'
import { keyArguments } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { inBatches } from '../in-batches.js'
import { pairUp, reportOutcomes } from '../report-outcomes.js'

export const command = defineCommand<[ids: readonly string[]], { readonly reason?: string }>({
  description:
    'Calls jobs off. A waiting job is cancelled at once and never starts; a running one is asked to stop, and what it returns is not taken for success.',
  examples: [
    ['rota task cancel 019a4f6e-0000-7000-8000-000000000000 --reason "sent twice"', 'call a job off and say why'],
  ],
  declare: (command) =>
    command.argument('<ids...>', 'ids of jobs', keyArguments('id')).option('--reason <text>', 'kept with the job'),
  async run(session, options, ids) {
    const reason = encodeReason(options.reason, '--reason')
    const { backend } = await session.connect('existing')
    const outcomes = await inBatches(ids, (batch) =>
      backend.jobs.cancel({ ids: batch, reason, signal: session.signal }),
    )
    return reportOutcomes(session, { noun: 'job', key: 'id' }, pairUp(ids, outcomes), {
      cancelled: { says: 'cancelled' },
      requested: { says: 'is running, asked to stop' },
      finished: { says: 'has finished already', fails: true },
      unknown: { says: 'no such job is on record', fails: true },
    })
  },
})
