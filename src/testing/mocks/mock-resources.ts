/* eslint-disable @typescript-eslint/no-generated-empty-object-type -- empty here: the declaration of a project adds what it has */
import type { ResourceKind } from '../../client/resource-proxies.js'
import type {
  CronEntry,
  CronResources,
  QueueEntry,
  QueueResources,
  TaskEntry,
  TaskResources,
  TopicEntry,
  TopicResources,
} from '../../client/resource-types.js'
import { kebabCase } from '../../model/kebab-case.js'
import { isLanguageName } from '../../model/language-names.js'
import type { AnyTask, TaskDefinition } from '../../model/task-definition.js'
import { type MockFunction, mockFunction } from './mock-function.js'
import { mocks } from './mocks.js'

/** What a mock does with a payload. What it throws fails the attempt; without a system of the test, it rejects the call. */
export type MockRun<Payload, Result> = (payload: Payload) => Result | void | Promise<Result | void>

/** How an entry of a stack is mocked: by a call with what is to run in its place; without, nothing does. */
export type MockOf<Entry> =
  Entry extends TaskEntry<infer Payload, infer Result>
    ? (run?: MockRun<Payload, Result>) => MockFunction<Payload, Result>
    : Entry extends QueueEntry<infer Message>
      ? (run?: MockRun<Message, unknown>) => MockFunction<Message>
      : Entry extends TopicEntry<infer Payload>
        ? (run?: MockRun<Payload, unknown>) => MockFunction<Payload>
        : Entry extends CronEntry
          ? (run?: MockRun<undefined, unknown>) => MockFunction<undefined>
          : never

/** The entries of all stacks, each to be mocked. */
export type Mockable<Resources> = {
  readonly [Stack in keyof Resources]: {
    readonly [Name in keyof Resources[Stack]]: MockOf<Resources[Stack][Name]>
  }
}

/**
 * Puts a function of the test in the place of a task: `mockTask((m) => m.orders.sendReceipt(async (order) => 'sent'))`.
 *
 * In a system of a test (`testRota`, `testStacks`) the jobs of the task run it instead of their handler, however they came to be.
 * Without one, a call of `Task` runs it at once, with the payload as it was passed and whatever `schedule` says; a call of a task that
 * is not mocked is then refused. Returns what the function returns, so the mock, or several: it knows its calls.
 *
 * What is mocked outside of a test holds for all tests of a file, what is mocked inside of one ends with it, once the test runner's
 * hooks are known: `import 'rota/testing/vitest'`, `import 'rota/testing/jest'`, or `setUpTests({ beforeEach, afterEach })`.
 */
export function mockTask<Mocked>(choose: (tasks: Mockable<TaskResources>) => Mocked): Mocked
/** The same for a task that is defined in code: `mockTask(sendInvoice, async ({ invoiceId }) => 'sent')`. */
export function mockTask<Wire, Result>(
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a mock gets what callers pass, whatever the handler gets
  task: TaskDefinition<Wire, any, Result, any>,
  run?: MockRun<NoInfer<Wire>, NoInfer<Result>>,
): MockFunction<Wire, Result>
export function mockTask(
  task: AnyTask | ((tasks: Mockable<TaskResources>) => unknown),
  run?: MockRun<never, unknown>,
): unknown {
  if (typeof task === 'function') return task(mockable<TaskResources>('Task'))
  if (typeof task !== 'object' || (task as unknown) === null || typeof task.name !== 'string') {
    throw new TypeError(
      `mockTask: expected a task or (m) => m.stack.task(fn), got ${task === null ? 'null' : typeof task}`,
    )
  }
  return mock('Task', task.name, run)
}

/**
 * Puts a function of the test in the place of a queue: `mockQueue((m) => m.orders.paid())`. Calls of `Queue` run it at once, and
 * no job is made, also in a system of a test.
 */
export function mockQueue<Mocked>(choose: (queues: Mockable<QueueResources>) => Mocked): Mocked {
  return choose(mockable('Queue'))
}

/** The same for a topic: its subscribers get nothing. */
export function mockTopic<Mocked>(choose: (topics: Mockable<TopicResources>) => Mocked): Mocked {
  return choose(mockable('Topic'))
}

/** The same for calls of `Cron`. A schedule that is due fires as ever. */
export function mockCron<Mocked>(choose: (crons: Mockable<CronResources>) => Mocked): Mocked {
  return choose(mockable('Cron'))
}

function mockable<Resources>(kind: ResourceKind): Mockable<Resources> {
  const stacks = byName((stack) =>
    byName((key) => (run?: MockRun<never, unknown>) => mock(kind, `${kebabCase(stack)}:${kebabCase(key)}`, run)),
  )
  return stacks as Mockable<Resources>
}

function byName(make: (name: string) => unknown): object {
  return new Proxy(Object.freeze({}), {
    get: (_target, name) => (typeof name === 'symbol' || isLanguageName(name) ? undefined : make(name)),
  })
}

function mock(kind: ResourceKind, record: string, run: MockRun<never, unknown> | undefined): MockFunction {
  if (run !== undefined && typeof run !== 'function') {
    throw new TypeError(`mock of "${record}": expected a function, got ${run === null ? 'null' : typeof run}`)
  }
  const made = mockFunction(record, run as ((payload: unknown) => unknown) | undefined)
  mocks.set(kind, record, made)
  return made
}
