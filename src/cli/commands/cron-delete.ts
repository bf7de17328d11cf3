import { nameArguments } from '../arguments.js'
import { confirm } from '../confirm.js'
import { defineCommand } from '../define-command.js'
import { EXIT } from '../exit.js'
import { inBatches } from '../in-batches.js'
import { pairUp, reportOutcomes } from '../report-outcomes.js'

export const command = defineCommand<[names: readonly string[]], { readonly force?: true }>({
  description: 'Removes schedules with their history; the jobs that they made stay. Asks first.',
  examples: [['rota task cron delete EMAIL_MONTHLY_UPDATE -f', 'remove a schedule without being asked']],
  declare: (command) =>
    command.argument('<names...>', 'names of schedules', nameArguments('schedule')).option('-f, --force', 'do not ask'),
  async run(session, { force }, names) {
    const question = names.length === 1 ? `Delete schedule ${names[0] ?? ''}?` : `Delete ${names.length} schedules?`
    if (!(await confirm(session, question, force))) return EXIT.failed
    const { backend } = await session.connect('existing')
    const outcomes = await inBatches(names, (batch) =>
      backend.schedules.remove({ names: batch, signal: session.signal }),
    )
    return reportOutcomes(session, { noun: 'schedule', key: 'name' }, pairUp(names, outcomes), {
      removed: { says: 'deleted' },
      unknown: { says: 'no such schedule is on record', fails: true },
    })
  },
})
