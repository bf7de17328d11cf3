import { nameArguments } from '../arguments.js'
import { confirm } from '../confirm.js'
import { defineCommand } from '../define-command.js'
import { EXIT } from '../exit.js'
import { pairUp, reportOutcomes } from '../report-outcomes.js'

export const command = defineCommand<[names: readonly string[]], { readonly force?: true }>({
  description: 'Forgets queues and their settings. A queue that still has jobs on record stays. Asks first.',
  examples: [['rota queue delete mail --force', 'forget an empty queue without being asked']],
  declare: (command) =>
    command.argument('<names...>', 'names of queues', nameArguments('queue')).option('-f, --force', 'do not ask'),
  async run(session, { force }, names) {
    if (!(await confirm(session, `Forget ${names.join(', ')}?`, force))) return EXIT.failed
    const { backend } = await session.connect('existing')
    const outcomes = await backend.control.removeQueues({ names, signal: session.signal })
    return reportOutcomes(session, { noun: 'queue', key: 'name' }, pairUp(names, outcomes), {
      removed: { says: 'deleted' },
      'not-empty': { says: 'still has jobs on record; purge them first', fails: true },
      unknown: { says: 'no such queue is on record', fails: true },
    })
  },
})
