import { z } from 'zod'
import { consumerSchema, functionDefaultsSchema } from './function-schema.js'
import { flag, members, text, texts, wholeNumber } from './value-schemas.js'

/** The most tries that a job can have (model/task-options.ts). */
const TRIES_MAX = 1_000_000

const tries = {
  retryAttempts: wholeNumber(0, 2)
    .optional()
    .meta({ description: 'Attempts after the first that has failed. For more, `maxTries`.', default: 2 }),
  maxTries: wholeNumber(1, TRIES_MAX)
    .optional()
    .meta({ description: 'Attempts in all; stands in place of `retryAttempts`.' }),
}

const taskName = 'the name of a task, "task" or "stack:task"'

const task = z.union(
  [
    consumerSchema.options[0],
    members('an object with "consumer"', {
      consumer: consumerSchema.meta({ description: 'The function, or just its source file.' }),
      ...tries,
      queue: text('the name of a queue, "queue" or "stack:queue"')
        .optional()
        .meta({ description: 'The queue that its jobs go to, of this stack or `stack:queue`.', default: 'default' }),
    }).meta({ id: 'Task', description: 'A task: what runs, how often it is tried, and where its jobs wait.' }),
  ],
  { error: 'the path of a file, or an object with "consumer"' },
)

const cron = members('an object with "schedule"', {
  schedule: text('a schedule such as "rate(1 day)" or "5 minutes"').meta({
    description:
      'When it is due: `5 minutes`, `rate(1 day)`, `cron(0 8 * * ? *)`, `0 8 * * mon-fri`, `@daily`; docs/schedules.md has them all.',
    examples: ['5 minutes', 'rate(1 day)', 'cron(0 8 * * ? *)', '0 8 * * mon-fri'],
  }),
  timeZone: text('an IANA name such as "Europe/Amsterdam"')
    .optional()
    .meta({ description: 'The zone whose wall clock counts; forms of EventBridge are in UTC.', default: 'UTC' }),
  task: text(taskName)
    .optional()
    .meta({ description: 'The task that gets the jobs, of this stack or `stack:task`. Either this or `consumer`.' }),
  consumer: consumerSchema
    .optional()
    .meta({ description: 'A function of its own, or the name of a task. Either this or `task`.' }),
  payload: z.unknown().optional().meta({ description: 'What each job gets; any JSON.' }),
  enabled: flag().optional().meta({ description: 'false: it fires nothing.', default: true }),
  ...tries,
}).meta({ id: 'Cron', description: 'A schedule that belongs to the stack.' })

const queueConsumer = z.union([text(taskName), consumerSchema.options[1]], {
  error: 'the name of a task, the path of a file, or an object with "code"',
})

const queue = z.union(
  [
    queueConsumer.options[0],
    members('an object with "consumer", "concurrency" or both', {
      consumer: queueConsumer.optional().meta({
        description:
          'What gets its messages: a task by name, or a function of its own. Without it only tasks use the queue.',
      }),
      batchSize: wholeNumber(1, 10).optional().meta({
        description: 'Messages that its consumer gets at a time: with 1 the message itself, with more a list.',
        default: 1,
      }),
      concurrency: wholeNumber(1)
        .optional()
        .meta({ description: 'Jobs of it that run at one time, over the whole fleet. Without it there is no limit.' }),
      ...tries,
    }).meta({ id: 'Queue', description: 'A queue: messages for a consumer, or a limit for the tasks that use it.' }),
  ],
  { error: 'the name of a task, the path of a file, or an object with "consumer"' },
)

const topic = texts('a list of tasks').meta({ id: 'Topic', description: 'The tasks that get a job for each message.' })

/** Judged in judge-names.ts, which says more; this is for editors. */
const entryName = z.string().meta({ pattern: '^[A-Za-z0-9-]{3,24}$' })

function named<Value extends z.ZodType>(
  what: string,
  value: Value,
  key: z.ZodString = entryName,
): z.ZodRecord<z.ZodString, Value> {
  return z.record(key, value, { error: `an object of ${what} by name` })
}

const stackMembers = {
  tasks: named('tasks', task)
    .optional()
    .meta({ description: 'Tasks by name: `Task.<stack>.<name>(payload)`.', default: {} }),
  crons: named('crons', cron).optional().meta({ description: 'Schedules by name.', default: {} }),
  queues: named('queues', queue)
    .optional()
    .meta({ description: 'Queues by name: `Queue.<stack>.<name>(message)`.', default: {} }),
  topics: named('topics', topic).optional().meta({
    description: 'Topics by name, each with the tasks that it reaches: `Topic.<stack>.<name>(payload)`.',
    default: {},
  }),
}

const schemaLink = z
  .string({ error: 'text' })
  .optional()
  .meta({ description: 'For editors: `./node_modules/rota/schema.json`.' })

const stackName = text('the name of the stack')
  .optional()
  .meta({ description: 'What the stack is called. Without it, as its folder.' })

const stack = members('an object with tasks, crons, queues or topics', stackMembers).meta({
  id: 'Stack',
  description: 'A named group of tasks, crons, queues and topics.',
})

const url = text('the URL of a store, such as "sqlite:.rota/shop.db"')

/** What a `stack.json` may hold. */
export const stackFileSchema = members('an object with tasks, crons, queues or topics', {
  $schema: schemaLink,
  name: stackName,
  ...stackMembers,
})

/** What the file at the root of an app may hold: stacks, or one stack whose entries stand at its top. */
export const rootFileSchema = members('an object with stacks or tasks', {
  $schema: schemaLink,
  app: text('the name of the app')
    .optional()
    .meta({ description: 'What the app is called. Without it, as its package, or else as its folder.' }),
  url: url.optional().meta({
    description: 'The store; a relative file counts from the folder of this one. `ROTA_URL` and `--url` go before it.',
    examples: ['sqlite:.rota/shop.db', 'postgres://localhost/shop'],
  }),
  contexts: named('URLs', url, z.string())
    .optional()
    .meta({ description: 'More stores by name, for `--context`.', default: {} }),
  defaults: members('an object with "function"', {
    function: functionDefaultsSchema
      .optional()
      .meta({ description: 'Settings of every function, merged with its own.' }),
  })
    .optional()
    .meta({ description: 'What entries have in common.' }),
  onFailure: consumerSchema
    .optional()
    .meta({ description: 'What gets the record of each job that has failed for good.' }),
  onErrorLog: consumerSchema.optional().meta({ description: 'What gets the warnings and errors that functions log.' }),
  stacks: named('stacks', stack).optional().meta({ description: 'Stacks by name.', default: {} }),
  name: stackName,
  ...stackMembers,
}).meta({ title: 'rota', description: 'The config file of rota.' })

export type RootFileOutput = z.output<typeof rootFileSchema>
export type StackOutput = z.output<typeof stack>
export type TaskOutput = z.output<typeof task>
export type CronOutput = z.output<typeof cron>
export type QueueOutput = z.output<typeof queue>
export type ConsumerOutput = z.output<typeof consumerSchema>
