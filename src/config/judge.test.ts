import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigFolder } from '../../test/config/config-folder.js'

let folder: ConfigFolder
beforeEach(() => {
  folder = new ConfigFolder()
})
afterEach(() => folder.remove())

const TASKS = { theTask: './x.ts', other: './x.ts' }

describe('what no schema sees', () => {
  test.each<[string, object, string]>([
    [
      'stacks beside a stack at the top',
      { stacks: {}, tasks: {} },
      'tasks: expected "tasks" inside one of "stacks", got "tasks" at the top',
    ],
    [
      'a name beside stacks',
      { stacks: {}, name: 'abc' },
      'name: expected "app" beside "stacks", got "name" at the top',
    ],
    [
      'two names that are one on record',
      { tasks: { processOrder: './x.ts', 'process-Order': './x.ts' } },
      'tasks.process-Order: expected a name of its own, got "process-Order", which is "process-order" like "processOrder"',
    ],
    [
      'two stacks that are one on record',
      { stacks: { myShop: {}, 'my-shop': {} } },
      'stacks.my-shop: expected a name of its own, got "my-shop", which is that of "myShop" in rota.json:3:5 too',
    ],
    [
      'a name that is too long for its record',
      { stacks: { AbCdEfGhIjKlMnOpQrStUvWx: { queues: { AbCdEfGhIjKlMnOpQrStUvWx: {} } } } },
      'stacks.AbCdEfGhIjKlMnOpQrStUvWx.queues.AbCdEfGhIjKlMnOpQrStUvWx: queue name: expected 1 to 64 letters',
    ],
    [
      'calls of what there is not',
      {
        tasks: { theTask: { consumer: { code: './x.ts', calls: ['shop:other', 'shop:oter'] } }, other: './x.ts' },
        name: 'shop',
      },
      'tasks.theTask.consumer.calls[1]: expected a task, queue, topic or cron that there is, such as "shop:other", got "shop:oter"',
    ],
    [
      'calls that do not name a stack',
      { tasks: { theTask: { consumer: { code: './x.ts', calls: ['other'] } }, other: './x.ts' } },
      'tasks.theTask.consumer.calls[0]: expected a name such as "orders:sendReceipt", got "other"',
    ],
    [
      'a cron with a task and a consumer',
      { tasks: TASKS, crons: { daily: { schedule: '@daily', task: 'theTask', consumer: './x.ts' } } },
      'crons.daily.consumer: expected either "task" or "consumer", got both',
    ],
    [
      'a task of another stack that does not exist',
      { tasks: TASKS, crons: { daily: { schedule: '@daily', task: 'orders:theTask' } } },
      'crons.daily.task: expected a task that there is, such as "theTask", got "orders:theTask"',
    ],
    [
      'a consumer by a name that nothing has',
      { tasks: TASKS, queues: { paid: 'thetask' } },
      'queues.paid: expected a task that there is, such as "theTask", got "thetask"',
    ],
    [
      'a task where there is none',
      { topics: { paid: ['theTask'] } },
      'topics.paid[0]: expected a task, of which there is none, got "theTask"',
    ],
    [
      'a subscriber twice, however it is written',
      { tasks: TASKS, topics: { paid: ['theTask', 'my-stack:the-task'] } },
      'topics.paid[1]: expected each task once, got "my-stack:the-task" again',
    ],
    [
      'tries at a queue whose consumer is a task',
      { tasks: TASKS, queues: { paid: { consumer: 'theTask', maxTries: 5 } } },
      'queues.paid.maxTries: expected it at the task that is the consumer, got it at the queue',
    ],
    [
      'a batch for nobody',
      { queues: { paid: { batchSize: 5 } } },
      'queues.paid.batchSize: expected a "consumer" that it is for, got none',
    ],
    [
      'a payload whose number would change',
      '{ "tasks": { "theTask": "./x.ts" }, "crons": { "daily": { "schedule": "@daily", "task": "theTask", "payload": { "id": 12345678901234567890 } } } }' as never,
      'crons.daily.payload: expected numbers that keep their digits, got 12345678901234567890; write it as text',
    ],
    [
      'a payload that no job could carry',
      { tasks: TASKS, crons: { daily: { schedule: '@daily', task: 'theTask', payload: 'x'.repeat(300_000) } } },
      'crons.daily.payload: it takes 300002 bytes',
    ],
    [
      'a zone in the schedule that does not exist',
      { tasks: TASKS, crons: { daily: { schedule: 'TZ=Mars/Olympus @daily', task: 'theTask' } } },
      'crons.daily.schedule: "TZ=Mars/Olympus @daily" is invalid: time zone, character 4',
    ],
    [
      'variables of a function that runs in the worker',
      { tasks: { theTask: { consumer: { code: './x.ts', isolation: 'none', environment: { MODE: 'live' } } } } },
      'tasks.theTask.consumer.environment: expected no variables with the isolation "none", got some: its function runs',
    ],
    [
      'variables of all functions, and one that runs in the worker',
      {
        defaults: { function: { environment: { MODE: 'live' } } },
        tasks: { theTask: { consumer: { code: './x.ts', isolation: 'none' } }, other: './x.ts' },
      },
      'tasks.theTask.consumer.isolation: expected "process" or "thread" with variables in defaults.function, got "none"',
    ],
    [
      'variables of all functions, which run in the worker',
      { defaults: { function: { environment: { MODE: 'live' }, isolation: 'none' } }, tasks: TASKS },
      'defaults.function.environment: expected no variables with the isolation "none", got some',
    ],
  ])('is told of %s', async (_, config, problem) => {
    const [told, ...others] = await folder.problemsOf(config)
    expect(told?.slice(0, problem.length)).toBe(problem)
    expect(others).toEqual([])
  })

  test('is told of the key that is misspelt, and not of the one that is missed as well', async () => {
    const problems = await folder.problemsOf({
      tasks: { theTask: { consumr: './x.ts' } },
      crons: { daily: { schedule: '@daily', taks: 'theTask' } },
      queues: { paid: { consumers: 'theTask', batchSize: 5 } },
    })
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(',')))).toEqual([
      'tasks.theTask.consumr: expected "consumer"',
      'crons.daily.taks: expected "task"',
      'queues.paid.consumers: expected "consumer"',
    ])
  })
})

test('variables may stand beside a function that runs in the worker, where only others have them', async () => {
  const inWorker = { code: './x.ts', isolation: 'none', environment: {} }
  const apart = { code: './x.ts', isolation: 'thread', environment: { MODE: 'live' } }
  const tasks = { theTask: { consumer: inWorker }, other: { consumer: apart } }
  const { stacks } = await folder.read({ defaults: { function: { isolation: 'none' } }, tasks })
  expect(stacks[0]?.tasks.map(({ consumer }) => consumer.environment)).toEqual([{}, { MODE: 'live' }])
})

describe('what stands in other files', () => {
  test('is told with them, behind the root file', async () => {
    folder.write({
      'rota.json': { onFailure: './gone.ts', stacks: { orders: {} } },
      'a/stack.json': '{ "name": "orders", "app": "shop" }',
      'b/stack.json': '{ "tasks": { "theTask": "./x.ts" } ',
      'c/stack.json': { tasks: { theTask: { consumer: { code: { bundle: './x.ts' } } } } },
      'c/x.ts': '',
    })
    const problems = await folder.problems({})
    expect(problems.map((problem) => problem.replace(/: expected.*? got /, ' ... '))).toEqual([
      'rota.json:2:16: onFailure ... "./gone.ts", which is not there',
      'a/stack.json:1:11: name ... "orders", which is that of "orders" in rota.json:4:5 too',
      'a/stack.json:1:21: app ... a key that nobody reads',
      'b/stack.json:1:36 ... the end of the file',
      'c/stack.json:1:1 ... 1 characters from its folder; give it a "name"',
      'c/stack.json:6:21: tasks.theTask.consumer.code.bundle ... "./x.ts", which is a file',
    ])
  })

  test('is the name of the app, when its package.json cannot be read and nothing else names it', async () => {
    folder.write({ 'rota.json': {}, 'package.json': '{' })
    expect(await folder.problems()).toEqual([expect.stringMatching(/^package\.json: expected to find/)])
    folder.write({ 'rota.json': { app: 'shop' } })
    expect((await folder.load()).app).toBe('shop')
  })
})
