import { keyArguments } from '../arguments.js'
import { confirm } from '../confirm.js'
import { defineCommand } from '../define-command.js'
import { EXIT } from '../exit.js'
import { inBatches } from '../in-batches.js'
import { pairUp, reportOutcomes } from '../report-outcomes.js'

export const command = defineCommand<[ids: readonly string[]], { readonly force?: true }>({
  description:
    'Removes jobs that are not running, with all that belongs to them. Jobs that wait for a removed one fail as unreachable. Asks first.',
  examples: [['rota task delete 019a4f6e-0000-7000-8000-000000000000 --force', 'remove a job without being asked']],
  declare: (command) =>
    command.argument('<ids...>', 'ids of jobs', keyArguments('id')).option('-f, --force', 'do not ask'),
  async run(session, { force }, ids) {
    const question = ids.length === 1 ? `Delete job ${ids[0] ?? ''}?` : `Delete ${ids.length} jobs?`
    if (!(await confirm(session, question, force))) return EXIT.failed
    const { backend } = await session.connect('existing')
    const outcomes = await inBatches(ids, (batch) => backend.jobs.delete({ ids: batch, signal: session.signal }))
    return reportOutcomes(session, { noun: 'job', key: 'id' }, pairUp(ids, outcomes), {
      deleted: { says: 'deleted' },
      running: { says: 'is running; cancel it first', fails: true },
      unknown: { says: 'no such job is on record', fails: true },
    })
  },
})
