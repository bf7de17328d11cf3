import { expect, test } from 'vitest'
import { appConfig, functionConfig } from '../../../test/stack/app-config.js'
import { declarationOf } from './declaration.js'

test('a declaration has the type of every call, taken from the function that gets it', () => {
  const config = appConfig('/app', {
    orders: {
      tasks: {
        processOrder: 'src/process-order.ts',
        cleanup: {
          file: 'src/cleanup.ts',
          consumer: functionConfig('/app/src/cleanup.ts', { handler: 'index.sweep' }),
        },
        legacy: 'src/legacy.js',
        shipped: { file: 'x.ts', consumer: functionConfig('', { code: { bundle: '/app/built' } }) },
        settle: 'src/settle.ts',
      },
      queues: {
        orders: { concurrency: 10 },
        paid: { consumer: 'orders:process-order' },
        settled: { consumer: 'orders:settle', batchSize: 10 },
        refunds: { file: '../lib/refund.ts', batchSize: 10 },
        notes: { file: "src/it's.mts" },
      },
      topics: {
        orderPaid: ['orders:process-order', 'orders:cleanup', 'orders:legacy'],
        settled: ['orders:settle', 'orders:cleanup'],
        quiet: [],
      },
      crons: { cleanup: { task: 'orders:cleanup' } },
    },
    'my-stack': { tasks: { 'a-b': 'a.tsx' } },
  })
  expect(declarationOf(config, '/app/rota.d.ts')).toMatchInlineSnapshot(`
    "// Written by \`rota types\` and \`rota dev\`: what \`Task\`, \`Queue\`, \`Topic\` and \`Cron\` of this project take. Do not edit.
    import type { BatchQueueOf, BatchTaskOf, CronEntry, EachOf, QueueOf, TaskEntry, TaskOf, TopicEntry, TopicOf } from 'rota'

    declare module 'rota' {
      interface TaskResources {
        readonly "my-stack": {
          readonly "a-b": TaskOf<typeof import("./a.tsx").default>
        }
        readonly orders: {
          readonly cleanup: TaskOf<typeof import("./src/cleanup.ts").sweep>
          readonly legacy: TaskEntry
          readonly processOrder: TaskOf<typeof import("./src/process-order.ts").default>
          readonly settle: BatchTaskOf<typeof import("./src/settle.ts").default>
          readonly shipped: TaskEntry
        }
      }

      interface QueueResources {
        readonly orders: {
          readonly notes: QueueOf<typeof import("./src/it's.mts").default>
          readonly paid: QueueOf<typeof import("./src/process-order.ts").default>
          readonly refunds: BatchQueueOf<typeof import("../lib/refund.ts").default>
          readonly settled: BatchQueueOf<typeof import("./src/settle.ts").default>
        }
      }

      interface TopicResources {
        readonly orders: {
          readonly orderPaid: TopicOf<typeof import("./src/cleanup.ts").sweep | typeof import("./src/process-order.ts").default>
          readonly quiet: TopicEntry
          readonly settled: TopicOf<EachOf<typeof import("./src/settle.ts").default> | typeof import("./src/cleanup.ts").sweep>
        }
      }

      interface CronResources {
        readonly orders: {
          readonly cleanup: CronEntry
        }
      }
    }
    "
  `)
})

test('it counts paths from where it is', () => {
  const config = appConfig('/app', { orders: { tasks: { run: 'src/run.ts' } } })
  expect(declarationOf(config, '/app/src/types/rota.d.ts')).toContain('import("../run.ts").default')
})

test('a path may have any character in it', () => {
  const config = appConfig('/app', { orders: { tasks: { run: 'a\n"b"\u2028.ts' } } })
  const lines = declarationOf(config, '/app/rota.d.ts').split('\n')
  expect(lines).toContain('      readonly run: TaskOf<typeof import("./a\\n\\"b\\"\u2028.ts").default>')
})

test('it is the same in whatever order the entries come, and says nothing where there is nothing', () => {
  const tasks = { b: 'b.ts', a: 'a.ts' }
  const one = appConfig('/app', { x: { tasks }, a: { tasks } })
  const other = appConfig('/app', { a: { tasks: { a: 'a.ts', b: 'b.ts' } }, x: { tasks } })
  expect(declarationOf(one, '/app/rota.d.ts')).toBe(declarationOf(other, '/app/rota.d.ts'))
  expect(declarationOf(appConfig('/app', {}), '/app/rota.d.ts')).toMatch(/^\/\/ Written by .*\nexport {}\n$/)
})
