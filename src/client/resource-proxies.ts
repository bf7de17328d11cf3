import { kebabCase } from '../model/kebab-case.js'
import { isLanguageName } from '../model/language-names.js'
import type { FanOutOptions, InvokeOptions } from './invoke-options.js'
import type { JobHandle } from './job-handle.js'
import type { CronResources, QueueResources, TaskResources, TopicResources } from './resource-types.js'
import type { ManualRun } from './run-now.js'

/** What a proxy can stand for. */
export type ResourceKind = 'Task' | 'Queue' | 'Topic' | 'Cron'

/** One entry of a stack, as a program names it. */
export interface ResourceName {
  readonly kind: ResourceKind
  /** As the program writes it: `Task.orders.processOrder`. */
  readonly written: string
  /** `orders:process-order`. */
  readonly record: string
}

/** Whoever does what the proxies are asked for. */
export interface Invoker {
  /** Stores the job of one task or of one message. */
  enqueue(name: ResourceName, payload: unknown, options: InvokeOptions | undefined): Promise<JobHandle>
  /** Stores the jobs of many messages to a queue, or one for each subscriber of a topic: all of them or none. */
  enqueueAll(
    name: ResourceName,
    payloads: readonly unknown[],
    options: FanOutOptions | undefined,
  ): Promise<readonly JobHandle[]>
  /** Makes the job of a cron now. */
  run(name: ResourceName): Promise<ManualRun>
}

/** The entries of all stacks, by the names that the config gives them. */
export interface Resources {
  readonly Task: TaskResources
  readonly Queue: QueueResources
  readonly Topic: TopicResources
  readonly Cron: CronResources
}

/** Makes the four proxies. A name is looked up when its entry is called, so that they can be made before anything is known. */
export function makeResources(invoker: Invoker): Resources {
  return {
    Task: stacksOf('Task', (name) => taskEntry(name, invoker)),
    Queue: stacksOf('Queue', (name) => queueEntry(name, invoker)),
    Topic: stacksOf('Topic', (name) => topicEntry(name, invoker)),
    Cron: stacksOf('Cron', (name) => cronEntry(name, invoker)),
  }
}

/** Has no properties and takes none, so that a proxy of it answers for every name. */
const NOTHING = Object.freeze(Object.create(null) as object)

function stacksOf(kind: ResourceKind, makeEntry: (name: ResourceName) => object): object {
  return byName(kind, (stack) => {
    return byName(`${kind}.${stack}`, (key) => {
      const written = `${kind}.${stack}.${key}`
      return makeEntry({ kind, written, record: `${kebabCase(stack)}:${kebabCase(key)}` })
    })
  })
}

function byName(written: string, make: (name: string) => object): object {
  const text = (): string => written
  return new Proxy(NOTHING, {
    get: (_target, name) => {
      if (name === 'toString' || name === 'toLocaleString') return text
      return typeof name === 'symbol' || isLanguageName(name) ? undefined : make(name)
    },
  })
}

function taskEntry(name: ResourceName, invoker: Invoker): object {
  const enqueue = async (payload?: unknown, options?: InvokeOptions): Promise<JobHandle> =>
    invoker.enqueue(name, payload, options)
  return entry(name, nothingOf(enqueue), { enqueue })
}

function queueEntry(name: ResourceName, invoker: Invoker): object {
  const enqueue = async (message?: unknown, options?: InvokeOptions): Promise<JobHandle> =>
    invoker.enqueue(name, message, options)
  const batch = async (messages: readonly unknown[], options?: FanOutOptions): Promise<readonly JobHandle[]> => {
    if (Array.isArray(messages)) return invoker.enqueueAll(name, messages, options)
    throw new TypeError(`${name.written}.batch: expected a list of messages, got ${typeof messages}`)
  }
  return entry(name, nothingOf(enqueue), { enqueue, batch })
}

function topicEntry(name: ResourceName, invoker: Invoker): object {
  const publish = (payload?: unknown, options?: FanOutOptions): Promise<readonly JobHandle[]> =>
    invoker.enqueueAll(name, [payload], options)
  return entry(name, nothingOf(publish), {})
}

function cronEntry(name: ResourceName, invoker: Invoker): object {
  const run = async (): Promise<ManualRun> => invoker.run(name)
  return entry(name, nothingOf(run), { run })
}

/** A fire-and-forget call tells nothing but that it was taken. */
function nothingOf<Args extends readonly unknown[]>(
  call: (...args: Args) => Promise<unknown>,
): (...args: Args) => Promise<undefined> {
  return async (...args) => {
    await call(...args)
    return undefined
  }
}

function entry(name: ResourceName, call: object, methods: object): object {
  Object.defineProperty(call, 'name', { value: name.record })
  return Object.freeze(Object.assign(call, methods))
}
