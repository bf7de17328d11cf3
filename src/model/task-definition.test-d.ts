import type { StandardSchemaV1 } from '@standard-schema/spec'
import { expectTypeOf, test } from 'vitest'
import type { FailureReport, TaskCall, TaskDefinition } from './task-definition.js'
import { task } from './task-definition.js'

declare const invoice: StandardSchemaV1<{ id: string; dueOn: string }, { id: string; dueOn: Date }>
declare const page: StandardSchemaV1<{ page?: number }, { page: number }>
declare const receipt: StandardSchemaV1<unknown, { sentAt: Date }>

test('a schema types the handler, its callers, and the result', () => {
  const send = task('invoice:send', {
    input: invoice,
    queue: 'mail',
    async run(input, { job }) {
      expectTypeOf(input).toEqualTypeOf<{ id: string; dueOn: Date }>()
      expectTypeOf(job.attempt).toEqualTypeOf<number>()
      return { sent: input.id }
    },
  })
  expectTypeOf(send).toEqualTypeOf<
    TaskDefinition<{ id: string; dueOn: string }, { id: string; dueOn: Date }, { sent: string }>
  >()
})

test('`again` takes what callers pass, not what the schema makes of it', () => {
  const walk = task('walk', {
    input: page,
    async run({ page: at }, { again, snooze, cancel }) {
      if (at === 0) return cancel('nothing there')
      if (at > 100) return snooze('5 minutes')
      if (at > 50) return { last: at }
      return again({ params: {}, after: '1 minute' })
    },
  })
  expectTypeOf(walk).toEqualTypeOf<TaskDefinition<{ page?: number }, { page: number }, { last: number }>>()
  task('dated', {
    input: invoice,
    run(input, { again }) {
      // @ts-expect-error -- the parsed input has a Date where callers pass text
      return again({ params: input })
    },
  })
})

test('a handler types its task where there is no schema', () => {
  const add = task('add', { run: (input: { a: number; b: number }) => input.a + input.b })
  expectTypeOf(add).toEqualTypeOf<TaskDefinition<{ a: number; b: number }, { a: number; b: number }, number>>()

  const method = task('method', {
    async run(input: { a: number }, { again }) {
      if (input.a < 3) return again({ params: { a: input.a + 1 } })
      return 'done'
    },
  })
  expectTypeOf(method).toEqualTypeOf<TaskDefinition<{ a: number }, { a: number }, 'done'>>()

  const short = task('short', async (input: { a: number }, { again }) => {
    if (input.a < 3) return again({ params: { a: input.a + 1 } })
    return [input.a]
  })
  expectTypeOf(short).toEqualTypeOf<TaskDefinition<{ a: number }, { a: number }, number[]>>()
})

test('a handler that reads no input makes a task that takes none', () => {
  expectTypeOf(task('tick', () => 7)).toEqualTypeOf<TaskDefinition<undefined, undefined, number>>()
  expectTypeOf(task('tick', { run() {} })).toEqualTypeOf<TaskDefinition<undefined, undefined, void>>()
  const logged = task('tick', {
    async run(_input, { log }) {
      log.info('tick')
    },
  })
  expectTypeOf(logged).toEqualTypeOf<TaskDefinition<undefined, undefined, void>>()
  expectTypeOf(task('tick')).toEqualTypeOf<TaskDefinition<undefined>>()
})

test('`again` with other params than the input does not compile', () => {
  task('walk', {
    input: page,
    run(_input, { again }) {
      // @ts-expect-error -- page is a number
      return again({ params: { page: 'two' } })
    },
  })
  task('short', (_input: { a: number }, { again }) => {
    // @ts-expect-error -- `a` is missing
    return again({ params: {} })
  })
  task('short', {
    run(_input: { a: number }, { again }) {
      // @ts-expect-error -- `a` is a number
      return again({ params: { a: 'one' } })
    },
  })
})

test('a task without a handler has the result that it states, or unknown', () => {
  const stated = task('send', { input: invoice, result: receipt })
  expectTypeOf(stated).toEqualTypeOf<
    TaskDefinition<{ id: string; dueOn: string }, { id: string; dueOn: Date }, { sentAt: Date }>
  >()
  expectTypeOf(task('send', { input: page })).toEqualTypeOf<TaskDefinition<{ page?: number }, { page: number }>>()
  expectTypeOf(task<{ to: string }>('send')).toEqualTypeOf<TaskDefinition<{ to: string }>>()

  const handled = task('send', { input: invoice }).handle(async (input) => input.dueOn)
  expectTypeOf(handled).toEqualTypeOf<
    TaskDefinition<{ id: string; dueOn: string }, { id: string; dueOn: Date }, Date>
  >()
})

test('a call is typed by its task', () => {
  const add = task('add', { run: (input: { a: number }) => input.a })
  expectTypeOf(add.with({ a: 1 }, { delay: '1 minute' })).toEqualTypeOf<TaskCall<number>>()
  expectTypeOf(task('tick', () => 'x').with()).toEqualTypeOf<TaskCall<string>>()
  // @ts-expect-error -- the payload is missing
  add.with()
  // @ts-expect-error -- `a` is a number
  add.with({ a: '1' })
  // @ts-expect-error -- there is no such option
  add.with({ a: 1 }, { dealy: 1 })
})

test('an on-failure task takes the report of a failed job', () => {
  const told = task('told', (report: FailureReport) => report.failure)
  task('risky', { onFailure: told, run() {} })
  // @ts-expect-error -- it would be given a report, not a number
  task('risky', { onFailure: task('wrong', (_input: number) => 1), run() {} })
})

test('options are checked', () => {
  // @ts-expect-error -- priorities are 1 to 5
  task('x', { priority: 6, run() {} })
  // @ts-expect-error -- there is no such option
  task('x', { retries: 3, run() {} })
})
