import { nameArgument, wordArgument } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { runPurge } from '../purge-command.js'
import type { JobState } from '../../model/job-state.js'
import { PURGEABLE } from '../purge-jobs.js'

interface Options {
  readonly state: JobState
  readonly queue?: string
  readonly task?: string
  readonly force?: true
}

export const command = defineCommand<[], Options>({
  description: 'Removes all jobs in one state, in small batches. Asks first; Ctrl-C stops between two batches.',
  examples: [
    ['rota task purge --state completed', 'clear away what has been done'],
    ['rota task purge --state failed --queue mail --force', 'drop the failures of one queue without being asked'],
  ],
  declare: (command) =>
    command
      .requiredOption('-s, --state <state>', PURGEABLE.join(', '), wordArgument(PURGEABLE))
      .option('-q, --queue <name>', 'only jobs of this queue', nameArgument('queue'))
      .option('-t, --task <name>', 'only jobs of this task', nameArgument('task'))
      .option('-f, --force', 'do not ask'),
  async run(session, { state, queue, task, force }) {
    const filter = { state, ...(queue === undefined ? {} : { queue }), ...(task === undefined ? {} : { task }) }
    const ofTask = task === undefined ? '' : ` of task ${task}`
    const ofQueue = queue === undefined ? '' : ` in queue ${queue}`
    return runPurge(session, { filters: [filter], kind: state, place: ofTask + ofQueue, force })
  },
})
