import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { functionConfig } from '../../../test/stack/app-config.js'
import { StackRig } from '../../../test/stack/stack-rig.js'
import type { TaskEntry } from '../../client/resource-types.js'
import type { Stacks } from './open-stacks.js'

let rig: StackRig

beforeEach(() => {
  rig = new StackRig()
})

afterEach(async () => {
  await rig.close()
})

/** One entry of the proxies of a rota, as a declaration would type it. */
function entry(stacks: Stacks, kind: 'Task' | 'Queue' | 'Topic' | 'Cron', stack: string, key: string): TaskEntry {
  const all = stacks.rota.resources[kind] as unknown as Record<string, Record<string, TaskEntry>>
  return all[stack]![key]!
}

describe('a task of a stack', () => {
  test('D-08: gets what it was called with, whatever types that has', async () => {
    rig.write('echo.mjs', 'export default (payload) => payload')
    const stacks = await rig.open(rig.config({ orders: { tasks: { echo: 'echo.mjs' } } }))
    const payload = { bigint: 1n, date: new Date(5), map: new Map([['a', new Set([1])]]), bytes: new Uint8Array([1]) }
    const job = await entry(stacks, 'Task', 'orders', 'echo').enqueue(payload)
    await rig.run(stacks)
    expect(await rig.during(job.result())).toEqual(payload)
  })

  test('finds the rota that runs it when it calls another, also beside a second rota', async () => {
    const rota = new URL('../../app/ambient-resources.ts', import.meta.url).pathname
    rig.write('one.mjs', `import { Task } from '${rota}'\nexport default (n) => Task.orders.two(n + 1)`)
    rig.write('two.mjs', 'export default (n) => void seen.push(n)')
    const config = rig.config({ orders: { tasks: { one: 'one.mjs', two: 'two.mjs' } } })
    const stacks = await rig.open(config)
    await rig.open(config)
    await entry(stacks, 'Task', 'orders', 'one')(1)
    await rig.run(stacks)
    expect(rig.seen).toEqual([2])
  })

  test('is tried as often as its config says', async () => {
    rig.write('fail.mjs', "export default (_, { job }) => { seen.push(job.attempt); throw new Error('no') }")
    const config = rig.config({ orders: { tasks: { fail: { file: 'fail.mjs', maxTries: 3 } } } })
    const stacks = await rig.open(config)
    const job = await entry(stacks, 'Task', 'orders', 'fail').enqueue()
    await rig.run(stacks, 20_000)
    expect(rig.seen).toEqual([1, 2, 3])
    expect(await job.get()).toMatchObject({ state: 'failed', failure: 'exhausted', tries: 3 })
  })

  test('runs another file from the next attempt on', async () => {
    rig.write('a.mjs', "export default () => void seen.push('a')")
    const stacks = await rig.open(rig.config({ orders: { tasks: { run: 'a.mjs' } } }))
    await entry(stacks, 'Task', 'orders', 'run')()
    await rig.run(stacks)
    await stacks.use('orders:run', rig.write('b.mjs', "export default () => void seen.push('b')"))
    await entry(stacks, 'Task', 'orders', 'run')()
    await rig.run(stacks)
    expect(rig.seen).toEqual(['a', 'b'])
  })

  test('waits where it cannot be built, without a try spent, until there is a file', async () => {
    const failed: string[] = []
    const config = rig.config({ orders: { tasks: { run: 'run.mjs' } } })
    const broken = { build: () => Promise.reject(new Error('syntax')) }
    await expect(rig.open(config, broken)).rejects.toThrow('syntax')
    const stacks = await rig.open(config, { ...broken, onBuildError: ({ task }) => failed.push(task) })
    expect(failed).toEqual(['orders:run'])
    const job = await entry(stacks, 'Task', 'orders', 'run').enqueue()
    await rig.run(stacks)
    expect(await job.get()).toMatchObject({ state: 'scheduled', tries: 0 })
    await stacks.use('orders:run', rig.write('run.mjs', 'export default () => void seen.push(1)'))
    await rig.run(stacks)
    expect(rig.seen).toEqual([1])
  })

  test('is heard while it runs, also what its config does not want kept', async () => {
    rig.write('log.mjs', "export default (_, { log }) => { log.info('quiet'); log.error('loud') }")
    const level = { retentionMs: 1, format: 'json', system: 'warn', level: 'error' } as const
    const consumer = functionConfig(`${rig.folder}/log.mjs`, { log: level })
    const heard: unknown[] = []
    const config = rig.config({ logs: { tasks: { run: { file: 'log.mjs', consumer } } } })
    const stacks = await rig.open(config, { onLine: (line) => heard.push(line) })
    const { id } = await entry(stacks, 'Task', 'logs', 'run').enqueue()
    await rig.run(stacks)
    expect(heard).toEqual([
      { task: 'logs:run', job: id, level: 'info', message: 'quiet' },
      { task: 'logs:run', job: id, level: 'error', message: 'loud' },
    ])
  })

  test('has the levels that its lines name, unless they are plain text', async () => {
    rig.write(
      'log.mjs',
      `export default (_, { log }) => {
         log.info('{"level":"debug","msg":"a"}')
         log.info('{"level":50,"msg":"b"}')
         log.error('{"level":"WARN","msg":"c"}')
         log.info('{"level":"loud"}')
         log.info('{"level":')
       }`,
    )
    const consumer = (format: 'json' | 'text') =>
      functionConfig(`${rig.folder}/log.mjs`, { log: { retentionMs: 1, format, system: 'warn', level: 'info' } })
    const tasks = {
      json: { file: 'log.mjs', consumer: consumer('json') },
      text: { file: 'log.mjs', consumer: consumer('text') },
    }
    const stacks = await rig.open(rig.config({ logs: { tasks } }))
    const jobs = await Promise.all(['json', 'text'].map((key) => entry(stacks, 'Task', 'logs', key).enqueue()))
    await rig.run(stacks)
    const logs = await Promise.all(jobs.map((job) => stacks.rota.details(job)))
    expect(logs.map((details) => details?.logs.map(({ level }) => level))).toEqual([
      ['error', 'warn', 'info', 'info'],
      ['info', 'info', 'error', 'info', 'info'],
    ])
  })

  test('is told of by rota as much as its config wants', async () => {
    rig.write('log.mjs', "export default (fails) => { if (fails) throw new RangeError('no') }")
    const consumer = (system: 'debug' | 'info' | 'warn', retentionMs = 1) =>
      functionConfig(`${rig.folder}/log.mjs`, { log: { retentionMs, format: 'json', system, level: 'error' } })
    const task = (...told: Parameters<typeof consumer>) => ({
      file: 'log.mjs',
      consumer: consumer(...told),
      maxTries: 1,
    })
    const tasks = { debug: task('debug'), info: task('info'), warn: task('warn'), none: task('debug', 0) }
    const stacks = await rig.open(rig.config({ logs: { tasks } }))
    const jobs = await Promise.all(Object.keys(tasks).map((key) => entry(stacks, 'Task', 'logs', key).enqueue(true)))
    await rig.run(stacks)
    const logs = await Promise.all(jobs.map((job) => stacks.rota.details(job)))
    expect(logs.map((details) => details?.logs.map(({ message }) => message))).toEqual([
      ['attempt 1 of 1 starts', 'attempt 1 of 1 failed after 0 ms: RangeError'],
      ['attempt 1 of 1 failed after 0 ms: RangeError'],
      [],
      [],
    ])
  })

  test('keeps of its log what its config wants kept', async () => {
    rig.write('log.mjs', "export default (_, { log }) => { log.info('quiet'); log.error('loud') }")
    const consumer = (level: 'error' | 'trace', retentionMs = 1) =>
      functionConfig(`${rig.folder}/log.mjs`, { log: { retentionMs, format: 'json', system: 'warn', level } })
    const stacks = await rig.open(
      rig.config({
        logs: {
          tasks: {
            errors: { file: 'log.mjs', consumer: consumer('error') },
            all: { file: 'log.mjs', consumer: consumer('trace') },
            none: { file: 'log.mjs', consumer: consumer('trace', 0) },
          },
        },
      }),
    )
    const jobs = await Promise.all(['errors', 'all', 'none'].map((key) => entry(stacks, 'Task', 'logs', key).enqueue()))
    await rig.run(stacks)
    const logs = await Promise.all(jobs.map((job) => stacks.rota.details(job)))
    expect(logs.map((details) => details?.logs.map(({ message }) => message))).toEqual([
      ['loud'],
      ['quiet', 'loud'],
      [],
    ])
  })
})

describe('a topic', () => {
  test('has a job for each subscriber, each with its own tries', async () => {
    rig.write('a.mjs', "export default (id) => void seen.push('a' + id)")
    rig.write('b.mjs', "export default (id, { job }) => { seen.push('b' + id + job.attempt); throw new Error('no') }")
    const config = rig.config({
      orders: {
        tasks: { a: 'a.mjs', b: { file: 'b.mjs', maxTries: 2 } },
        topics: { paid: ['orders:a', 'orders:b'] },
      },
    })
    const stacks = await rig.open(config)
    await entry(stacks, 'Topic', 'orders', 'paid')(7)
    await rig.run(stacks, 10_000)
    expect(rig.seen.toSorted()).toEqual(['a7', 'b71', 'b72'])
  })
})

describe('a queue', () => {
  const batch = { batchSize: 3, file: 'batch.mjs' }

  test('hands a message to the task that consumes it, in the queue that it was sent to', async () => {
    rig.write('one.mjs', 'export default (message, { job }) => void seen.push([message, job.queue])')
    const config = rig.config({
      orders: { tasks: { one: 'one.mjs' }, queues: { paid: { consumer: 'orders:one' } } },
    })
    const stacks = await rig.open(config)
    await entry(stacks, 'Queue', 'orders', 'paid')('m')
    await rig.run(stacks)
    expect(rig.seen).toEqual([['m', 'orders:paid']])
  })

  test('hands its own consumer lists of messages, no longer than its batch', async () => {
    rig.write('batch.mjs', 'export default (messages) => void seen.push(messages)')
    const stacks = await rig.open(rig.config({ orders: { queues: { paid: batch } } }))
    const paid = entry(stacks, 'Queue', 'orders', 'paid') as unknown as { batch(all: unknown[]): Promise<unknown> }
    await paid.batch([1, 2, 3, 4])
    await rig.run(stacks)
    expect(rig.seen.flat()).toEqual([1, 2, 3, 4])
    expect(rig.seen.every((list) => Array.isArray(list) && list.length <= 3)).toBe(true)
    expect(rig.seen[0]).toEqual([1, 2, 3])
  })

  test('tries again only the messages that its consumer reports as failed', async () => {
    rig.write(
      'batch.mjs',
      `import { getContext } from '${new URL('../../handlers/function-scope.ts', import.meta.url).pathname}'
       export default (messages) => {
         seen.push(messages)
         const { messages: ids } = getContext()
         const failed = messages.flatMap((message, at) => (message === 'bad' ? [{ itemIdentifier: ids[at], error: 'bad one' }] : []))
         return { batchItemFailures: failed }
       }`,
    )
    const config = rig.config({ orders: { queues: { paid: batch } } })
    const stacks = await rig.open(config)
    const paid = entry(stacks, 'Queue', 'orders', 'paid') as unknown as {
      batch(all: unknown[]): Promise<{ id: string }[]>
    }
    const jobs = await paid.batch(['good', 'bad', 'fine'])
    await rig.run(stacks, 20_000)
    expect(rig.seen).toEqual([['good', 'bad', 'fine'], ['bad'], ['bad']])
    const states = await Promise.all(jobs.map((job) => stacks.rota.get(job)))
    expect(states.map((job) => job?.state)).toEqual(['completed', 'failed', 'completed'])
    expect(states[1]?.error?.message).toBe('bad one')
  })

  test('hands the task that consumes it lists, and every other job of that task is a list of one', async () => {
    rig.write('many.mjs', 'export default (messages, { job }) => void seen.push([job.queue, messages])')
    const config = rig.config({
      orders: {
        tasks: { many: 'many.mjs' },
        queues: { paid: { consumer: 'orders:many', batchSize: 3 }, single: { consumer: 'orders:many' } },
        topics: { news: ['orders:many'] },
      },
    })
    const stacks = await rig.open(config)
    const paid = entry(stacks, 'Queue', 'orders', 'paid') as unknown as { batch(all: unknown[]): Promise<unknown> }
    await paid.batch([1, 2, 3])
    await entry(stacks, 'Queue', 'orders', 'single')(4)
    await entry(stacks, 'Task', 'orders', 'many')(5)
    await entry(stacks, 'Topic', 'orders', 'news')(6)
    await rig.run(stacks)
    expect(rig.seen.toSorted()).toEqual([
      ['default', [5]],
      ['default', [6]],
      ['orders:paid', [1, 2, 3]],
      ['orders:single', [4]],
    ])
  })

  test('tries again only what the task that consumes it reports as failed, and tells the on-failure function of that alone', async () => {
    rig.write(
      'many.mjs',
      `export default (messages) => {
         seen.push(messages)
         return { batchItemFailures: messages.flatMap((message, at) => (message === 'bad' ? [{ itemIdentifier: at }] : [])) }
       }`,
    )
    rig.write('failed.mjs', 'export default ({ type, payload }) => void seen.push([type, payload])')
    const config = rig.config(
      {
        orders: {
          tasks: { many: { file: 'many.mjs', maxTries: 2 } },
          queues: { paid: { consumer: 'orders:many', batchSize: 10 } },
        },
      },
      { onFailure: functionConfig(`${rig.folder}/failed.mjs`) },
    )
    const stacks = await rig.open(config)
    const paid = entry(stacks, 'Queue', 'orders', 'paid') as unknown as { batch(all: unknown[]): Promise<unknown> }
    await paid.batch(['good', 'bad', 'fine'])
    await rig.run(stacks, 20_000)
    expect(rig.seen).toEqual([['good', 'bad', 'fine'], ['bad'], ['queue', 'bad']])
  })

  test('has the limit that its config says', async () => {
    rig.write('one.mjs', 'export default () => undefined')
    const reserved = functionConfig(`${rig.folder}/one.mjs`, { reserved: 2 })
    const config = rig.config({
      orders: {
        tasks: { limited: { file: 'one.mjs', consumer: reserved } },
        queues: { paid: { file: 'one.mjs', concurrency: 5 } },
      },
    })
    const stacks = await rig.open(config)
    const queues = await stacks.rota.queues.list()
    expect(queues.map(({ name, concurrency }) => [name, concurrency])).toEqual([
      ['orders:limited', 2],
      ['orders:paid', 5],
    ])
    expect(await entry(stacks, 'Task', 'orders', 'limited').enqueue()).toBeDefined()
    expect((await stacks.rota.list({ queue: 'orders:limited' })).jobs).toHaveLength(1)
  })
})

describe('a cron', () => {
  test('is a schedule of the stack: gone from the config, gone from the store', async () => {
    rig.write('clean.mjs', 'export default (payload) => void seen.push(payload)')
    const cron = (changes: object) => ({ orders: { tasks: { clean: 'clean.mjs' }, crons: changes } }) as never
    const both = {
      nightly: { task: 'orders:clean', payload: { deep: true }, hasPayload: true },
      off: { task: 'orders:clean', enabled: false },
    }
    const stacks = await rig.open(rig.config(cron(both)))
    const listed = await stacks.rota.schedules.list()
    expect(listed.map(({ name, paused }) => [name, paused])).toEqual([
      ['orders:nightly', false],
      ['orders:off', true],
    ])
    await entry(stacks, 'Cron', 'orders', 'nightly')()
    await rig.run(stacks)
    expect(rig.seen).toEqual([{ deep: true }])
    const again = await rig.open(rig.config(cron({ nightly: both.nightly })))
    expect((await again.rota.schedules.list()).map(({ name }) => name)).toEqual(['orders:nightly'])
  })

  test('that an operator has paused stays so when a worker starts; one that the config has paused goes on when it says so', async () => {
    rig.write('clean.mjs', 'export default () => undefined')
    const start = async (enabled: boolean): Promise<Stacks> => {
      const crons = { nightly: { task: 'orders:clean', enabled }, other: { task: 'orders:clean' } }
      return rig.open(rig.config({ orders: { tasks: { clean: 'clean.mjs' }, crons } }))
    }
    const pausedNow = async (stacks: Stacks): Promise<string[]> => {
      const listed = await stacks.rota.schedules.list()
      return listed.flatMap(({ name, paused }) => (paused ? [name] : []))
    }
    const first = await start(true)
    await first.rota.schedules.pause('orders:other')
    expect(await pausedNow(await start(true))).toEqual(['orders:other'])
    expect(await pausedNow(await start(false))).toEqual(['orders:nightly', 'orders:other'])
    const last = await start(true)
    expect(await pausedNow(last)).toEqual(['orders:other'])
    await last.rota.schedules.resume('orders:other')
    expect(await pausedNow(await start(true))).toEqual([])
  })
})

test('routes of what is gone from the config are gone from the store', async () => {
  rig.write('a.mjs', 'export default () => undefined')
  const tasks = { a: 'a.mjs', b: 'a.mjs' }
  const first = await rig.open(rig.config({ orders: { tasks, topics: { paid: ['orders:a'] } } }))
  await rig.open(rig.config({ orders: { tasks: { a: 'a.mjs' } } }))
  const { control } = rig.backend
  expect((await control.listTopics({})).map(({ name }) => name)).toEqual(['~app/shop', '~task/orders:a'])
  await expect(entry(first, 'Task', 'orders', 'missing')()).rejects.toThrow(/such as "orders:a"/)
})

test('a topic that nobody subscribes to takes messages all the same, and those for a topic that is gone are refused', async () => {
  rig.write('a.mjs', 'export default () => undefined')
  const tasks = { a: 'a.mjs' }
  const stacks = await rig.open(rig.config({ orders: { tasks, topics: { paid: [], gone: ['orders:a'] } } }))
  await rig.open(rig.config({ orders: { tasks, topics: { paid: [] } } }))
  await entry(stacks, 'Topic', 'orders', 'paid')(1)
  expect((await stacks.rota.list({ state: 'pending' })).jobs).toEqual([])
  await expect(entry(stacks, 'Topic', 'orders', 'gone')(1)).rejects.toThrow(/^Topic.orders.gone: expected a topic/)
})

test('an app has as many children as it is told, and is refused a number that is none', async () => {
  const config = rig.config({})
  await expect(rig.open(config, { childrenMax: 0 })).rejects.toThrow(
    'childrenMax: expected a whole number of at least 1',
  )
  vi.stubEnv('ROTA_CHILDREN_MAX', 'many')
  try {
    await expect(rig.open(config)).rejects.toThrow(
      'ROTA_CHILDREN_MAX: expected a whole number of at least 1, got "many"',
    )
    await rig.open(config, { childrenMax: 1 })
  } finally {
    vi.unstubAllEnvs()
  }
})
