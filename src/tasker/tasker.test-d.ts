import type { Tracer } from '@opentelemetry/api'
import { expectTypeOf, test } from 'vitest'
import { createRota } from '../app/create-rota.js'
import type { TaskTracer } from '../observe/task-span.js'
import { Tasker } from './tasker.js'
import type { Caller, TaskContext, TaskEvent, TaskHandler } from './task-handler.js'

interface Db {
  query(text: string): Promise<unknown>
}

declare const db: Db
declare const tracer: Tracer

test('a handler gets the dependencies of its Tasker', () => {
  const tasker = new Tasker(null, { deps: { db, retries: 3 } })
  expectTypeOf(tasker).toEqualTypeOf<Tasker<{ db: Db; retries: number }>>()
  tasker.handle('foo', (event, { deps }) => {
    expectTypeOf(event).toEqualTypeOf<TaskEvent>()
    expectTypeOf(deps).toEqualTypeOf<{ db: Db; retries: number }>()
  })
  tasker.use((_event, { deps }, next) => (deps.retries > 0 ? next() : undefined))
  const made = new Tasker(null, { deps: async () => ({ db }) })
  expectTypeOf(made).toEqualTypeOf<Tasker<{ db: Db }>>()
  expectTypeOf(new Tasker()).toEqualTypeOf<Tasker<undefined>>()
})

test('a handler with the wrong dependencies does not compile', () => {
  const tasker = new Tasker(null, { deps: { db } })
  const wrong: TaskHandler<TaskEvent, { cache: Map<string, string> }> = (_event, { deps }) => deps.cache.size
  const right: TaskHandler<TaskEvent, { db: Db }> = (_event, { deps }) => deps.db.query('select 1')
  tasker.handle('foo', right)
  // @ts-expect-error -- there is no cache
  tasker.handle('foo', wrong)
  // @ts-expect-error -- there is no cache
  tasker.handleRpc('foo', wrong)
  // @ts-expect-error -- there is no cache
  tasker.handle('foo', (_event, { deps: { cache: _cache } }) => 1)
  // @ts-expect-error -- nor anything in a Tasker without dependencies
  new Tasker().handle('foo', right)
  // @ts-expect-error -- nor for the fall-through
  new Tasker(wrong, { deps: { db } })
  // @ts-expect-error -- nor for middleware
  tasker.use((_event, context: TaskContext<{ cache: string }>) => context.deps.cache)
})

test('an event has the type that its handler says', () => {
  const tasker = new Tasker()
  tasker.handle<{ day: string }>('report', ({ day }) => day.length)
  tasker.handle('typed', (event: { day: string }) => event.day.length)
  new Tasker((event, { invocation }) => [event['day'], invocation.name])
  // @ts-expect-error -- day is text
  tasker.handle<{ day: string }>('report', ({ day }): Date => day)
})

test('a tracer of OpenTelemetry, a console and a context of Lambda fit', () => {
  expectTypeOf<Tracer>().toExtend<TaskTracer>()
  new Tasker(null, { tracer, log: console })
  // What @types/aws-lambda says, as far as a Tasker looks.
  interface LambdaContext {
    awsRequestId: string
    clientContext?: { env: { make: string } } | undefined
    getRemainingTimeInMillis(): number
    functionName: string
  }
  expectTypeOf<LambdaContext>().toExtend<Caller>()
  // @ts-expect-error -- no time is left in text
  new Tasker().handler({}, { getRemainingTimeInMillis: () => '5' })
})

test('a rota is a home for tasks', () => {
  new Tasker().register(createRota({ url: 'memory:' }), { queue: 'cron', maxTries: 3 })
  // @ts-expect-error -- there is no such policy
  new Tasker().register(createRota({ url: 'memory:' }), { retries: 3 })
  // @ts-expect-error -- a list is none
  new Tasker().register([])
})
