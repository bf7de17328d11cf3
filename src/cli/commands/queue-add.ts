import { durationArgument, nameArgument, numberArgument } from '../arguments.js'
import { defineCommand } from '../define-command.js'
import { queueSettings } from '../queue-figures.js'
import { settingFields } from '../queue-view.js'
import type { QueueSettings } from '../../port/control-store.js'

interface Options {
  readonly concurrency?: number | 'none'
  readonly completedFor?: number
  readonly completedMax?: number
  readonly failedFor?: number
  readonly paused?: true
}

export const command = defineCommand<[name: string], Options>({
  description:
    'Creates a queue, or changes the settings that are given of one that exists; they take effect while workers run. ' +
    'A queue needs no creating: the first job makes it.',
  examples: [
    ['rota queue add mail --concurrency 10', 'no more than ten jobs at a time over all workers'],
    ['rota queue add mail --concurrency none', 'lift that limit again'],
    [
      'rota queue add import --paused --completed-for 7d',
      'a queue that starts paused and keeps what it did for a week',
    ],
  ],
  declare: (command) =>
    command
      .argument('<name>', 'name of the queue', nameArgument('queue'))
      .option(
        '-c, --concurrency <count>',
        'jobs that may run at one time over all workers, or none',
        concurrencyArgument,
      )
      .option('--completed-for <time>', 'how long completed jobs stay, such as 7d', durationArgument('time'))
      .option('--completed-max <count>', 'how many completed jobs stay', numberArgument(0, 1_000_000_000))
      .option('--failed-for <time>', 'how long failed and cancelled jobs stay', durationArgument('time'))
      .option('--paused', 'let no job start until it is resumed'),
  async run(session, options, name) {
    const { backend } = await session.connect('created')
    const before = await backend.control.listQueues({ signal: session.signal })
    const queues = [{ name, ...givenSettings(options) }]
    const [queue] = await backend.control.putQueues({ queues, signal: session.signal })
    if (queue === undefined) throw new Error(`the store answered with no record of queue ${name}`)
    const existed = before.some((one) => one.name === name)
    if (session.json) session.out.json(queueSettings(queue))
    else
      await session.out.view({
        title: `Queue ${name} ${existed ? 'changed' : 'created'}`,
        fields: settingFields(queue),
      })
  },
})

function concurrencyArgument(text: string): number | 'none' {
  return text === 'none' ? text : numberArgument(1, 1_000_000)(text)
}

/** Only what was given: everything else stays as it is. */
function givenSettings(options: Options): Partial<QueueSettings> {
  return {
    ...(options.concurrency === undefined
      ? {}
      : { concurrency: options.concurrency === 'none' ? null : options.concurrency }),
    ...(options.completedFor === undefined ? {} : { completedForMs: options.completedFor }),
    ...(options.completedMax === undefined ? {} : { completedMax: options.completedMax }),
    ...(options.failedFor === undefined ? {} : { failedForMs: options.failedFor }),
    ...(options.paused === undefined ? {} : { paused: options.paused }),
  }
}
