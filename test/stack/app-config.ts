import { join } from 'node:path'
import type {
  AppConfig,
  FunctionConfig,
  StackConfig,
  StackCron,
  StackQueue,
  StackTask,
  StackTopic,
} from '../../src/config/app-config.js'
import { kebabCase } from '../../src/model/kebab-case.js'

/** A function that runs in this process, with the defaults of a config. */
export function functionConfig(file: string, changes: Partial<FunctionConfig> = {}): FunctionConfig {
  return {
    code: { file, minify: true, external: [], importAsString: [], moduleSideEffects: [] },
    handler: 'index.default',
    timeoutMs: 900_000,
    memoryBytes: 128 * 1024 * 1024,
    environment: {},
    isolation: 'none',
    warm: 0,
    reserved: null,
    calls: null,
    log: { retentionMs: 604_800_000, format: 'json', system: 'warn', level: null },
    aws: {
      runtime: 'nodejs24.x',
      architecture: 'arm64',
      ephemeralStorageBytes: 1,
      vpc: false,
      layers: [],
      permissions: [],
    },
    ...changes,
  }
}

/** What a test says of a stack: tasks as the files of their functions. */
export interface StackSpec {
  readonly tasks?: Readonly<Record<string, string | ({ readonly file: string } & Partial<StackTask>)>>
  readonly queues?: Readonly<Record<string, Partial<StackQueue> & { readonly file?: string }>>
  readonly topics?: Readonly<Record<string, readonly string[]>>
  readonly crons?: Readonly<Record<string, Partial<StackCron> & { readonly task: string }>>
}

/** The config of an app in `folder` as the config room would read it. */
export function appConfig(
  folder: string,
  stacks: Readonly<Record<string, StackSpec>>,
  changes: Partial<AppConfig> = {},
): AppConfig {
  const file = join(folder, 'rota.json')
  return {
    app: 'shop',
    file,
    folder,
    files: [file],
    url: null,
    contexts: {},
    onFailure: null,
    onErrorLog: null,
    stacks: Object.entries(stacks).map(([key, spec]) => stackConfig(folder, key, spec)),
    awsOnly: [],
    contracts: null,
    tasksDir: null,
    ...changes,
  }
}

function stackConfig(folder: string, key: string, spec: StackSpec): StackConfig {
  const name = kebabCase(key)
  const named = (entry: string) => ({ key: entry, name: kebabCase(entry), record: `${name}:${kebabCase(entry)}` })
  const tasks = Object.entries(spec.tasks ?? {}).map(([entry, given]): StackTask => {
    const { file, ...changes } = typeof given === 'string' ? { file: given } : given
    const consumer = functionConfig(join(folder, file))
    return { ...named(entry), of: 'task', consumer, maxTries: 3, queue: 'default', ...changes }
  })
  const consumers = Object.entries(spec.queues ?? {}).flatMap(([entry, { file }]): StackTask[] => {
    if (file === undefined) return []
    const record = `${name}:queue:${kebabCase(entry)}`
    const consumer = functionConfig(join(folder, file))
    return [{ ...named(entry), record, of: 'queue', consumer, maxTries: 3, queue: `${name}:${kebabCase(entry)}` }]
  })
  const queues = Object.entries(spec.queues ?? {}).map(([entry, { file, ...changes }]): StackQueue => {
    const consumer = file === undefined ? null : `${name}:queue:${kebabCase(entry)}`
    return { ...named(entry), consumer, batchSize: 1, concurrency: null, ...changes }
  })
  const topics = Object.entries(spec.topics ?? {}).map(([entry, subscribers]): StackTopic => ({
    ...named(entry),
    subscribers,
  }))
  const crons = Object.entries(spec.crons ?? {}).map(([entry, changes]): StackCron => ({
    ...named(entry),
    schedule: 'rate(1 day)',
    timeZone: 'UTC',
    payload: null,
    hasPayload: false,
    enabled: true,
    maxTries: null,
    ...changes,
  }))
  return { key, name, file: join(folder, 'rota.json'), tasks: [...tasks, ...consumers], queues, topics, crons }
}
