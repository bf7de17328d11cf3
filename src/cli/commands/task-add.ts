import { JobMaker } from '../../client/job-maker.js'
import type { Clock } from '../../model/clock.js'
import { RotaError } from '../../model/errors.js'
import type { JobOptions } from '../../model/job-options.js'
import { PRIORITY_DEFAULT, type NewJob, type Priority } from '../../model/job.js'
import { task } from '../../model/task-definition.js'
import { uuidMaker } from '../../time/ids.js'
import { systemRandom } from '../../time/random.js'
import * as parse from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { UsageError } from '../exit.js'
import { readPayload } from '../read-payload.js'

interface Options {
  readonly queue?: string
  readonly delay?: number
  readonly at?: number
  readonly priority?: Priority
  readonly unique?: string
  readonly deadline?: number
  readonly tries?: number
  readonly id?: string
  readonly header?: Readonly<Record<string, string>>
}

export const command = defineCommand<[name: string, payload: string | undefined], Options>({
  description:
    'Enqueues a job. The payload is JSON text, @FILE with JSON in it, or - for JSON on standard input. ' +
    'The task need not be known here: the worker that knows it runs it. The queue is "default" unless one is given, whatever the program of the task says.',
  examples: [
    [`rota task add invoice:send '{"invoiceId":"in_1"}' --queue mail`, 'now'],
    [
      'rota task add report:make @report.json --delay 10m --unique daily',
      'in ten minutes, unless one waits or runs already',
    ],
    ['rota task add cleanup --at 2026-01-31T08:00:00Z --tries 3', 'at an instant, with three tries'],
    [`jq -c .order order.json | rota task add order:ship -`, 'a payload from another program'],
  ],
  declare: (command) =>
    command
      .argument('<task>', 'name of the task', parse.nameArgument('task'))
      .argument('[payload]', 'JSON, @FILE or -')
      .option('-q, --queue <name>', 'queue', parse.nameArgument('queue'))
      .option('--delay <time>', 'start not before so long from now, such as 10m', parse.durationArgument('delay'))
      .option('--at <instant>', 'start not before, such as 2026-01-31T08:00:00Z', parse.instantArgument)
      .option('-p, --priority <number>', '1 is claimed first, 5 last (default: 3)', parse.priorityArgument)
      .option(
        '--unique <key>',
        'nothing is added while a live job of this task holds the key',
        parse.keyArgument('unique key'),
      )
      .option('--deadline <time>', 'fails unless it starts so long after it is due', parse.durationArgument('deadline'))
      .option('--tries <count>', 'attempts before it fails', parse.numberArgument(1, 1_000_000))
      .option('--id <id>', 'nothing is added while a job with this id is on record', parse.keyArgument('id'))
      .option('-H, --header <name=value>', 'travels with the job; can be repeated', parse.headerArgument),
  async run(session, options, name, given) {
    if (options.delay !== undefined && options.at !== undefined)
      throw new UsageError('expected --delay or --at, got both')
    const payload = await readPayload(given, session.host.stdin)
    const job = await makeJob(session.clock, name, payload, jobOptions(options))
    const { backend } = await session.connect('created')
    const [outcome] = await backend.jobs.enqueue({ jobs: [job], signal: session.signal })
    if (outcome === undefined) throw new Error(`the store answered with no outcome for job ${job.id}`)
    const { id, status } = outcome
    if (session.json) session.out.json({ id, status, task: name, queue: job.queue })
    else if (outcome.status === 'duplicate') {
      const by = outcome.by === 'id' ? 'it has the same id' : 'it holds the unique key'
      session.out.line(`Nothing added: job ${id} is there already, ${by}`)
    } else session.out.line(`Job ${id} of task ${name} added to queue ${job.queue}`)
  },
})

/** Checks everything before a store is opened, or even made, for it. */
async function makeJob(clock: Clock, name: string, payload: unknown, options: JobOptions): Promise<NewJob> {
  const maker = new JobMaker({ clock, ids: uuidMaker(clock, systemRandom) })
  try {
    return await maker.make(task<unknown>(name), payload, options)
  } catch (error) {
    if (error instanceof TypeError || RotaError.is(error)) throw new UsageError(error.message, { cause: error })
    throw error
  }
}

function jobOptions({
  queue,
  delay,
  at,
  priority = PRIORITY_DEFAULT,
  unique,
  deadline,
  tries,
  id,
  header,
}: Options): JobOptions {
  return {
    priority,
    ...(queue === undefined ? {} : { queue }),
    ...(delay === undefined ? {} : { delay }),
    ...(at === undefined ? {} : { at }),
    ...(unique === undefined ? {} : { unique }),
    ...(deadline === undefined ? {} : { deadline }),
    ...(tries === undefined ? {} : { maxTries: tries }),
    ...(id === undefined ? {} : { id }),
    ...(header === undefined ? {} : { headers: header }),
  }
}
