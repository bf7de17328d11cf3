import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ADVANCED, BASIC } from '../../prove/stack-dev/seed.mjs'
import { ConfigFolder } from '../../test/config/config-folder.js'
import type { StackTask } from './app-config.js'
import { findConfig } from './find-config.js'

let folder: ConfigFolder
beforeEach(() => {
  folder = new ConfigFolder()
})
afterEach(() => folder.remove())

/** The only task of a config. */
async function onlyTask(config: unknown): Promise<StackTask> {
  const { stacks } = await folder.read(config)
  const [task, ...others] = stacks.flatMap(({ tasks }) => tasks)
  if (task === undefined || others.length > 0) throw new Error(`expected one task, got ${JSON.stringify(stacks)}`)
  return task
}

const ofTask = (task: unknown): Promise<StackTask> => onlyTask({ tasks: { theTask: task } })
const ofConsumer = async (consumer: object): Promise<StackTask['consumer']> =>
  (await ofTask({ consumer: { code: './x.ts', ...consumer } })).consumer

describe('the blocks of seed 003', () => {
  test('are whole files: the folder names the stack, and everything that is not said has its default', async () => {
    folder.write({ 'rota.json': BASIC, 'src/process-order.ts': '' })
    const config = await folder.load()
    expect(config).toMatchObject({
      app: 'my-stack',
      file: join(folder.path, 'rota.json'),
      folder: folder.path,
      url: null,
      onFailure: null,
    })
    expect(config.stacks).toMatchObject([{ key: 'myStack', name: 'my-stack', crons: [], queues: [], topics: [] }])
    expect(config.stacks[0]?.tasks).toEqual([
      {
        key: 'processOrder',
        name: 'process-order',
        record: 'my-stack:process-order',
        of: 'task',
        maxTries: 3,
        queue: 'default',
        consumer: {
          code: {
            file: join(folder.path, 'src', 'process-order.ts'),
            minify: true,
            external: [],
            importAsString: [],
            moduleSideEffects: [],
          },
          handler: 'index.default',
          timeoutMs: 10_000,
          memoryBytes: 128 * 1024 ** 2,
          environment: {},
          isolation: 'process',
          warm: 0,
          reserved: null,
          calls: null,
          log: { retentionMs: 7 * 86_400_000, format: 'json', system: 'warn', level: null },
          aws: {
            runtime: 'nodejs24.x',
            architecture: 'arm64',
            ephemeralStorageBytes: 512 * 1024 ** 2,
            vpc: false,
            layers: [],
            permissions: [],
          },
        },
      },
    ])
  })

  test('mean what their table says', async () => {
    folder.write({ 'rota.json': ADVANCED, 'src/process-order.ts': '' })
    const { stacks } = await folder.load()
    expect(stacks[0]?.tasks).toMatchObject([
      {
        record: 'my-stack:process-order',
        maxTries: 3,
        consumer: {
          code: { minify: true, external: ['aws-sdk'] },
          memoryBytes: 512 * 1024 ** 2,
          timeoutMs: 120_000,
          environment: { PAYMENT_API_KEY: 'your-api-key' },
        },
      },
    ])
  })
})

describe('acceptance cases', () => {
  test('D-01: a path is a consumer with its source file, tried three times', async () => {
    const { consumer, maxTries } = await ofTask('./x.ts')
    expect(consumer.code).toMatchObject({ file: join(folder.path, 'x.ts') })
    expect(maxTries).toBe(3)
  })

  test.each([-1, 3, 1.5])('D-02: retryAttempts %s is refused', async (retryAttempts) => {
    expect(await folder.problemsOf({ tasks: { theTask: { consumer: './x.ts', retryAttempts } } })).toEqual([
      `tasks.theTask.retryAttempts: expected a whole number from 0 to 2, got ${retryAttempts}`,
    ])
  })

  test.each([0, 1, 2])('D-02: retryAttempts %s is one attempt more', async (retryAttempts) => {
    expect((await ofTask({ consumer: './x.ts', retryAttempts })).maxTries).toBe(1 + retryAttempts)
  })

  test.each([
    [
      { timeout: '5 seconds' },
      'timeout: expected a duration of 10 seconds to 15 minutes, such as "2 minutes", got "5 seconds"',
    ],
    [
      { timeout: '16 minutes' },
      'timeout: expected a duration of 10 seconds to 15 minutes, such as "2 minutes", got "16 minutes"',
    ],
    [{ memorySize: '64 MB' }, 'memorySize: expected a size of 128 MB to 10 GB, such as "512 MB", got "64 MB"'],
    [{ memorySize: '11 GB' }, 'memorySize: expected a size of 128 MB to 10 GB, such as "512 MB", got "11 GB"'],
  ])('D-03: %o is refused', async (consumer, problem) => {
    expect(await folder.problemsOf({ tasks: { theTask: { consumer: { code: './x.ts', ...consumer } } } })).toEqual([
      `tasks.theTask.consumer.${problem}`,
    ])
  })

  test('D-03: the ends of both ranges are in them', async () => {
    expect(await ofConsumer({ timeout: '10 seconds', memorySize: '128 MB' })).toMatchObject({ timeoutMs: 10_000 })
    expect(await ofConsumer({ timeout: '15 minutes', memorySize: '10 GB' })).toMatchObject({ timeoutMs: 900_000 })
  })

  test('D-04: a key that nobody reads is refused, and the nearest that somebody reads is named', async () => {
    const [problem, ...others] = await folder.problemsOf({
      tasks: { theTask: { consumer: { code: './x.ts', memory: '1 GB' } } },
    })
    expect(problem).toMatch(
      /^tasks\.theTask\.consumer\.memory: expected "memorySize", or another of code, .*nobody reads$/,
    )
    expect(others).toEqual([])
  })

  test('D-23: names are kebab-cased on record', async () => {
    const { stacks } = await folder.read({ stacks: { MyStack: { tasks: { HelloWorld: './x.ts' } } } })
    expect(stacks[0]?.tasks[0]).toMatchObject({
      key: 'HelloWorld',
      name: 'hello-world',
      record: 'my-stack:hello-world',
    })
  })
})

describe('settings of functions', () => {
  test('come from defaults.function where a function says nothing: objects are merged, lists are joined', async () => {
    const { consumer } = await onlyTask({
      defaults: {
        function: {
          timeout: '1 minute',
          memorySize: '256 MB',
          environment: { A: 'default', B: 'default' },
          code: { minify: false, external: ['sharp', 'pg'] },
          log: { level: 'debug', retention: '30 days' },
          permissions: { actions: ['s3:GetObject'], resources: ['*'] },
          layers: ['one'],
        },
      },
      tasks: {
        theTask: {
          consumer: {
            code: { file: './x.ts', external: ['pg', 'nats'] },
            timeout: '2 minutes',
            environment: { B: 'own', C: 'own' },
            log: { level: 'info' },
            permissions: [{ effect: 'deny', actions: ['s3:*'], resources: ['*'] }],
            layers: ['two'],
          },
        },
      },
    })
    expect(consumer).toMatchObject({
      code: { minify: false, external: ['sharp', 'pg', 'nats'] },
      timeoutMs: 120_000,
      memoryBytes: 256 * 1024 ** 2,
      environment: { A: 'default', B: 'own', C: 'own' },
      log: { level: 'info', retentionMs: 30 * 86_400_000 },
      aws: {
        layers: ['one', 'two'],
        permissions: [
          { effect: 'allow', actions: ['s3:GetObject'], resources: ['*'] },
          { effect: 'deny', actions: ['s3:*'], resources: ['*'] },
        ],
      },
    })
  })

  test.each([
    [true, 7],
    [false, 0],
    ['1 week', 7],
    ['0 days', 0],
    [{ level: 'trace' }, 7],
  ])('log %o keeps logs for %i days', async (log, days) => {
    expect((await ofConsumer({ log })).log.retentionMs).toBe(days * 86_400_000)
  })

  test('a bundle is a folder, and has no settings of a bundler', async () => {
    expect((await ofConsumer({ code: { bundle: './dist/x' } })).code).toEqual({
      bundle: join(folder.path, 'dist', 'x'),
    })
  })

  test('onFailure and onErrorLog are functions like others', async () => {
    const config = await folder.read({
      defaults: { function: { warm: 1 } },
      onFailure: './on-failure.ts',
      onErrorLog: { code: './on-error.ts', warm: 2 },
    })
    expect(config).toMatchObject({ onFailure: { warm: 1 }, onErrorLog: { warm: 2 }, stacks: [] })
  })

  test('what acts on AWS only is listed with its place', async () => {
    const { awsOnly } = await folder.read({
      defaults: { function: { vpc: false } },
      tasks: { theTask: { consumer: { code: './x.ts', warm: 1, architecture: 'x86_64' } } },
    })
    const file = join(folder.path, 'rota.json')
    expect(awsOnly).toEqual([
      { property: 'vpc', file, line: 4, path: 'defaults.function.vpc' },
      { property: 'architecture', file, line: 12, path: 'tasks.theTask.consumer.architecture' },
    ])
  })
})

describe('crons, queues and topics', () => {
  test('refer to tasks of their own stack by name, and to those of others with it', async () => {
    const { stacks } = await folder.read({
      stacks: {
        orders: {
          tasks: { processOrder: { consumer: './x.ts', queue: 'slow', maxTries: 20 } },
          crons: { nightly: { schedule: 'rate(1 day)', task: 'process-order', payload: null, enabled: false } },
          queues: {
            slow: { concurrency: 2 },
            paid: { consumer: 'processOrder', batchSize: 10 },
            mails: 'mailing:sendMail',
          },
          topics: { orderPaid: ['processOrder', 'mailing:sendMail'], nobody: [] },
        },
        mailing: { tasks: { sendMail: { consumer: './x.ts', queue: 'orders:slow' } } },
      },
    })
    expect(stacks[0]).toMatchObject({
      tasks: [{ record: 'orders:process-order', queue: 'orders:slow', maxTries: 20 }],
      crons: [
        {
          record: 'orders:nightly',
          schedule: 'rate(1 day)',
          timeZone: 'UTC',
          task: 'orders:process-order',
          payload: null,
          hasPayload: true,
          enabled: false,
          maxTries: null,
        },
      ],
      queues: [
        { record: 'orders:slow', consumer: null, batchSize: 1, concurrency: 2 },
        { record: 'orders:paid', consumer: 'orders:process-order', batchSize: 10, concurrency: null },
        { record: 'orders:mails', consumer: 'mailing:send-mail' },
      ],
      topics: [
        { key: 'orderPaid', record: 'orders:order-paid', subscribers: ['orders:process-order', 'mailing:send-mail'] },
        { record: 'orders:nobody', subscribers: [] },
      ],
    })
    expect(stacks[1]?.tasks).toMatchObject([{ queue: 'orders:slow' }])
  })

  test('may have a function of their own, which is a task that nobody else calls', async () => {
    const { stacks } = await folder.read({
      tasks: { cleanup: './x.ts' },
      crons: { cleanup: { schedule: '@daily', consumer: './y.ts', retryAttempts: 0 } },
      queues: { cleanup: { consumer: { code: './z.ts' }, maxTries: 7 } },
    })
    expect(stacks[0]).toMatchObject({
      tasks: [
        { record: 'my-stack:cleanup', of: 'task', maxTries: 3 },
        { record: 'my-stack:cron:cleanup', of: 'cron', maxTries: 1, queue: 'default' },
        { record: 'my-stack:queue:cleanup', of: 'queue', maxTries: 7, queue: 'my-stack:cleanup' },
      ],
      crons: [{ task: 'my-stack:cron:cleanup', hasPayload: false, payload: null, enabled: true }],
      queues: [{ consumer: 'my-stack:queue:cleanup' }],
    })
  })

  test.each([
    ['5 minutes', 'rate(5 minutes)'],
    ['1 minutes', 'rate(1 minute)'],
    ['1 hour', 'rate(1 hour)'],
    ['2 weeks', 'rate(14 days)'],
    ['0 8 * * ? *', 'cron(0 8 * * ? *)'],
    ['0 8 ? * MON-FRI *', 'cron(0 8 ? * MON-FRI *)'],
    ['0 8 * * mon-fri', '0 8 * * mon-fri'],
    ['0 0 8 * * ?', '0 0 8 * * ?'],
    [' @daily ', '@daily'],
  ])('the schedule %j is %j', async (schedule, expected) => {
    const { stacks } = await folder.read({ crons: { nightly: { schedule, consumer: './x.ts' } } })
    expect(stacks[0]?.crons[0]?.schedule).toBe(expected)
  })
})

describe('the files of an app', () => {
  test('are its root and every stack.json below, whose paths count from their own folders', async () => {
    folder.write({
      'rota.jsonc': '// what it is\n{ "app": "Shop", "stacks": { "orders": {}, }, /* more below */ }',
      'mailing/stack.json': { tasks: { sendMail: './x.ts' } },
      'deep/er/stack.jsonc': { name: 'Other', topics: { sent: ['mailing:sendMail'] } },
      'node_modules/package/stack.json': '{',
      '.hidden/stack.json': '{',
      'other-app/rota.json': '{',
      'other-app/stack.json': '{',
    })
    const config = await folder.load({ filesMustExist: false })
    expect(config.app).toBe('shop')
    expect(config.stacks.map(({ key }) => key)).toEqual(['orders', 'Other', 'mailing'])
    expect(config.stacks[2]?.tasks[0]?.consumer.code).toMatchObject({ file: join(folder.path, 'mailing', 'x.ts') })
    expect(config.files).toEqual(
      ['rota.jsonc', 'deep/er/stack.jsonc', 'mailing/stack.json'].map((file) => join(folder.path, file)),
    )
  })

  test('lead to the store: a relative file counts from the folder of the root', async () => {
    const url = 'postgres://user:password@localhost/shop'
    const contexts = { test: 'sqlite:../test.db', here: 'sqlite:///var/x.db', production: url }
    const config = await folder.read({ url: 'sqlite:.rota/shop.db', contexts })
    expect(config.url).toBe(`sqlite:${join(folder.path, '.rota', 'shop.db')}`)
    expect(config.contexts).toEqual({ ...contexts, test: `sqlite:${join(folder.path, '..', 'test.db')}` })
  })

  test('are found from below, with or without the source files that they name', async () => {
    folder.write({ 'rota.json': BASIC, 'src/deep/x.txt': '' })
    const found = await findConfig(join(folder.path, 'src', 'deep'))
    expect(found?.file).toBe(join(folder.path, 'rota.json'))
    await expect(findConfig(folder.path, { filesMustExist: true })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  test('may lie beside schedules by file', async () => {
    folder.write({ 'rota.json': {}, 'tasks/cleanup.json': '{}' })
    expect((await folder.load()).tasksDir).toBe(join(folder.path, 'tasks'))
  })

  test('are not those of two kinds, and not none', async () => {
    expect((await folder.refusal()).message).toMatch(
      /expected rota\.json, rota\.jsonc, rota\.config\.ts there, got none/,
    )
    folder.write({ 'rota.json': {}, 'rota.jsonc': '{}' })
    expect((await folder.refusal()).message).toMatch(/expected one config, got rota\.json and rota\.jsonc/)
  })
})
