import { nameArgument, wordArgument } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { checkQueuesExist } from '../find-queues.js'
import { runPurge } from '../purge-command.js'
import { PURGEABLE } from '../purge-jobs.js'
import type { JobState } from '../../model/job-state.js'

/**
 * What waits: what a queue is made of. Finished jobs are history, and go only when they are named.
 * Blocked ones first: without their parents they would become failed ones.
 */
const WAITING: readonly JobState[] = ['blocked', 'pending']

interface Options {
  readonly state?: JobState
  readonly force?: true
}

export const command = defineCommand<[name: string], Options>({
  description: 'Removes the waiting jobs of a queue, or those in another state, in small batches. Asks first.',
  examples: [
    ['rota queue purge mail', 'drop all mail that has not been started'],
    ['rota queue purge mail --state failed --force', 'drop its failures without being asked'],
  ],
  declare: (command) =>
    command
      .argument('<name>', 'name of the queue', nameArgument('queue'))
      .option('-s, --state <state>', PURGEABLE.join(', '), wordArgument(PURGEABLE))
      .option('-f, --force', 'do not ask'),
  async run(session, { state, force }, name) {
    const { backend } = await session.connect('existing')
    await checkQueuesExist(backend, [name], session.signal)
    const states = state === undefined ? WAITING : [state]
    const filters = states.map((one) => ({ state: one, queue: name }))
    return runPurge(session, { filters, kind: state ?? 'waiting', place: ` in queue ${name}`, force })
  },
})
