import { join } from 'node:path'
import type { AppConfig, StackConfig } from '../config/app-config.js'
import type { RouteSource } from './route-book.js'
import type { RoutedKind, RouteRecord } from './route-records.js'

/** The store of an app whose config names none: one file, wherever in the app a program is started. */
export function urlOfConfig(config: Pick<AppConfig, 'app' | 'folder' | 'url'>): string {
  return config.url ?? `sqlite:${join(config.folder, '.rota', `${config.app}.db`)}`
}

/** Where the calls of all entries of an app go. */
export function routesOfConfig({ stacks }: Pick<AppConfig, 'stacks'>): readonly RouteRecord[] {
  const queueOf = new Map(stacks.flatMap(({ tasks }) => tasks.map(({ record, queue }) => [record, queue] as const)))
  return stacks.flatMap((stack) => routesOfStack(stack, (task) => queueOf.get(task) ?? 'default'))
}

function routesOfStack(
  { tasks, queues, topics }: StackConfig,
  queueOf: (task: string) => string,
): readonly RouteRecord[] {
  const calls = tasks
    .filter((task) => task.of === 'task')
    .map(({ record, queue }) => ({ kind: 'Task' as const, record, targets: [{ task: record, queue }] }))
  const messages = queues.flatMap(({ record, consumer }) =>
    consumer === null ? [] : [{ kind: 'Queue' as const, record, targets: [{ task: consumer, queue: record }] }],
  )
  const publications = topics.map(({ record, subscribers }) => ({
    kind: 'Topic' as const,
    record,
    targets: subscribers.map((task) => ({ task, queue: queueOf(task) })),
  }))
  return [...calls, ...messages, ...publications]
}

/** The routes of a config that is read when somebody first asks; `load` gives null where there is none. */
export function configSource(load: () => Promise<AppConfig | null>): RouteSource {
  let reading: Promise<readonly RouteRecord[]> | undefined
  const routes = (): Promise<readonly RouteRecord[]> => {
    reading ??= load()
      .then((config) => (config === null ? [] : routesOfConfig(config)))
      .catch((error: unknown) => {
        reading = undefined // what was wrong with it may be put right
        throw error
      })
    return reading
  }
  return {
    async find(kind: RoutedKind, record: string) {
      const found = (await routes()).find((route) => route.kind === kind && route.record === record)
      return found?.targets ?? null
    },
    names: async (kind) => (await routes()).filter((route) => route.kind === kind).map(({ record }) => record),
  }
}
