import { stateArgument, nameArgument, numberArgument } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { UsageError } from '../exit.js'
import { jobDocument } from '../job-document.js'
import { listJobs, storedState } from '../list-jobs.js'
import { formatInstant } from '../render/instant.js'
import { shownStateText } from '../render/job-state-text.js'
import type { Connection, Session } from '../session.js'
import type { Table } from '../render/table.js'
import type { JobRecord } from '../../model/job.js'
import type { ShownState } from '../../model/job-state.js'
import type { EpochMs } from '../../model/units.js'

/** What is happening, what comes next, what went wrong: the states that people look for when they name none. */
const STATES_DEFAULT: readonly ShownState[] = ['running', 'pending', 'failed']

interface Options {
  readonly state?: ShownState
  readonly queue?: string
  readonly task?: string
  readonly limit: number
  readonly after?: string
}

export const command = defineCommand<[], Options>({
  description:
    'Lists jobs: waiting ones in the order in which they will start, finished ones the latest first. Without --state, ' +
    'the first of the running, pending and failed ones, up to --limit of each. Where a list goes on, the cursor for --after is told on stderr.',
  examples: [
    ['rota task list', 'what runs, what waits, what failed'],
    ['rota task list --state failed --queue mail --limit 100', 'the last hundred failures of one queue'],
    ['rota task list --state pending --json | jq .[].id', 'ids for a script'],
  ],
  declare: (command) =>
    command
      .option(
        '-s, --state <state>',
        'blocked, pending, running, completed, failed, cancelled, scheduled or retrying',
        stateArgument,
      )
      .option('-q, --queue <name>', 'only jobs of this queue', nameArgument('queue'))
      .option('-t, --task <name>', 'only jobs of this task', nameArgument('task'))
      .option('-n, --limit <count>', 'how many jobs of each state, 1 to 1000', numberArgument(1, 1000), 20)
      .option('--after <cursor>', 'go on where a list ended; with --state'),
  async run(session, options) {
    if (options.after !== undefined && options.state === undefined) {
      throw new UsageError('--after goes on with the list of one state: give --state too')
    }
    const connection = await session.connect('existing')
    const states = options.state === undefined ? STATES_DEFAULT : [options.state]
    const lists = await Promise.all(states.map((state) => list(connection, { ...options, state }, session)))
    const jobs = lists.flatMap((one) => one.jobs)
    const now = session.clock.now()
    if (session.json) session.out.json(jobs.map((job) => jobDocument(job, now)))
    else if (jobs.length === 0) session.out.line(options.state === undefined ? NOTHING_OPEN : 'No jobs.')
    else await session.out.table(jobTable(jobs, now))
    for (const [index, { next }] of lists.entries()) {
      if (next !== null) session.err.line(`More: ${nextLine(options, states[index] ?? 'pending', next)}`)
    }
  },
})

/** Who has just seen a first job succeed must not take it for lost. */
const NOTHING_OPEN = 'No jobs run, wait or have failed; rota task list --state completed has those that are done.'

/** The command line that shows the next part of a list. */
function nextLine({ queue, task, limit }: Options, state: ShownState, after: string): string {
  const filters = [queue === undefined ? '' : ` --queue ${queue}`, task === undefined ? '' : ` --task ${task}`]
  return `rota task list --state ${state}${filters.join('')} --limit ${limit} --after ${after}`
}

async function list(
  { backend }: Connection,
  options: Options & { readonly state: ShownState },
  session: Session,
): ReturnType<typeof listJobs> {
  const { state, queue, task, limit, after = null } = options
  try {
    return await listJobs(backend.inspector, {
      state: storedState(state),
      ...(storedState(state) === state ? {} : { shown: { state, now: session.clock.now() } }),
      ...(queue === undefined ? {} : { queue }),
      ...(task === undefined ? {} : { task }),
      limit,
      after,
      signal: session.signal,
    })
  } catch (error) {
    if (error instanceof TypeError && after !== null) throw new UsageError(`--after: ${error.message}`)
    throw error
  }
}

function jobTable(jobs: readonly JobRecord[], now: EpochMs): Table {
  return {
    title: `${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}`,
    columns: [
      { head: 'ID' },
      { head: 'Task' },
      { head: 'State' },
      { head: 'Queue' },
      { head: 'Failed Tries', align: 'right' },
      { head: 'Enqueued' },
    ],
    rows: jobs.map((job) => [
      job.id,
      job.task,
      shownStateText(job, now),
      job.queue,
      String(job.tries),
      formatInstant(job.enqueuedAt),
    ]),
  }
}
