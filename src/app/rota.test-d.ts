import type { StandardSchemaV1 } from '@standard-schema/spec'
import { expectTypeOf, test } from 'vitest'
import type { JobHandle } from '../client/job-handle.js'
import type { HandlerContext } from '../model/handler-context.js'
import { task } from '../model/task-definition.js'
import type { TaskDefinition } from '../model/task-definition.js'
import type { Backend } from '../port/backend.js'
import { createRota } from './create-rota.js'
import type { Rota } from './rota.js'

interface PgTx {
  query(text: string): Promise<unknown>
}

declare const tx: PgTx
declare const transactional: Backend<PgTx>
declare const plain: Backend
declare const other: Backend<{ begin(): void }>
declare const dated: StandardSchemaV1<{ id: string; on: string }, { id: string; on: Date }>

const mail = task('mail', async (input: { to: string; urgent?: boolean }) => input.to.length)
const invoice = task('invoice', { input: dated, run: ({ on }) => on })
const tick = task('tick', { run: () => 'tock' as const })
const optional = task('optional', (_input: { a: number } | undefined) => 1)

const byUrl = createRota({ url: 'memory:', tasks: [mail, invoice, tick] })
const onPg = createRota({ backend: transactional })

test('a rota knows the transaction of its store', () => {
  expectTypeOf(createRota()).toEqualTypeOf<Rota>()
  expectTypeOf(byUrl).toEqualTypeOf<Rota>()
  expectTypeOf(onPg).toEqualTypeOf<Rota<PgTx>>()
  expectTypeOf(createRota({ backend: plain })).toEqualTypeOf<Rota>()
  // @ts-expect-error -- one or the other
  createRota({ url: 'memory:', backend: plain })
})

test('the payload is what the task takes', () => {
  byUrl.enqueue(mail, { to: 'a' })
  byUrl.enqueue(mail, { to: 'a', urgent: true }, { delay: '10 minutes', unique: 'a' })
  byUrl.enqueue(invoice, { id: 'a', on: '2025-01-01' })
  // @ts-expect-error -- to is text
  byUrl.enqueue(mail, { to: 7 })
  // @ts-expect-error -- to is missing
  byUrl.enqueue(mail, { urgent: true })
  // @ts-expect-error -- there is no such field
  byUrl.enqueue(mail, { to: 'a', urgnt: true })
  // @ts-expect-error -- the payload is missing
  byUrl.enqueue(mail)
  // @ts-expect-error -- callers pass what the schema takes, not what it makes
  byUrl.enqueue(invoice, { id: 'a', on: new Date(0) })
  // @ts-expect-error -- there is no such option
  byUrl.enqueue(mail, { to: 'a' }, { dealy: 1 })
})

test('a task that takes nothing needs no payload', () => {
  byUrl.enqueue(tick)
  byUrl.enqueue(tick, undefined, { delay: 5 })
  byUrl.enqueue(optional)
  byUrl.enqueue(optional, { a: 1 })
  // @ts-expect-error -- it takes none
  byUrl.enqueue(tick, { all: true })
})

test('`tx` compiles where the store has transactions, and only with its own', () => {
  onPg.enqueue(mail, { to: 'a' }, { tx })
  onPg.enqueue([mail.with({ to: 'a' })], { tx })
  onPg.enqueue(tick, undefined, { tx })
  // @ts-expect-error -- not a transaction of this store
  onPg.enqueue(mail, { to: 'a' }, { tx: 'BEGIN' })
  // @ts-expect-error -- a rota by URL takes none
  byUrl.enqueue(mail, { to: 'a' }, { tx })
  // @ts-expect-error -- nor for many jobs
  byUrl.enqueue([mail.with({ to: 'a' })], { tx })
  // @ts-expect-error -- nor does a store without transactions
  createRota({ backend: plain }).enqueue(mail, { to: 'a' }, { tx })
})

test('a job is completed in a transaction only where the store has such', () => {
  const onTx = task('on-tx', async (_: { a: number }, { job }: HandlerContext<{ a: number }, PgTx>) =>
    job.complete({ tx, result: 1 }),
  )
  const onSchema = task('on-schema', {
    input: dated,
    async run({ on }, { job }: HandlerContext<unknown, PgTx>) {
      expectTypeOf(on).toEqualTypeOf<Date>()
      await job.complete({ tx })
      // @ts-expect-error -- not a transaction of its store
      await job.complete({ tx: 'BEGIN' })
      return on
    },
  })
  expectTypeOf(onSchema).toEqualTypeOf<
    TaskDefinition<{ id: string; on: string }, { id: string; on: Date }, Date, PgTx>
  >()
  task('nowhere', async (_: { a: number }, { job }) => {
    // @ts-expect-error -- a task that names no store may run on one without transactions
    await job.complete({ tx })
  })
  createRota({ backend: transactional, tasks: [onTx, onSchema, mail] }).add(onTx)
  // @ts-expect-error -- a rota by URL has no transactions
  createRota({ url: 'memory:', tasks: [onTx] })
  // @ts-expect-error -- nor has this store
  createRota({ backend: plain, tasks: [mail, onTx] })
  // @ts-expect-error -- and this one has others
  createRota({ backend: other, tasks: [onTx] })
  // @ts-expect-error -- nor later
  byUrl.add(onTx)
  // Whoever only enqueues it needs no transactions.
  byUrl.enqueue(onTx, { a: 1 })
  byUrl.enqueue([onSchema.with({ id: 'a', on: 'x' })])
  byUrl.schedule('s', 'every 10s', onTx, { a: 1 })
  const handled = task<{ a: number }>('later').handle(async ({ a }, { job }: HandlerContext<unknown, PgTx>) => {
    await job.complete({ tx, result: a })
    return a
  })
  expectTypeOf(handled).toEqualTypeOf<TaskDefinition<{ a: number }, { a: number }, number, PgTx>>()
})

test('results have the type of what the handler returns', async () => {
  const job = await byUrl.enqueue(mail, { to: 'a' })
  expectTypeOf(job).toEqualTypeOf<JobHandle<number>>()
  expectTypeOf(job.result()).toEqualTypeOf<Promise<number>>()
  expectTypeOf(byUrl.result(job)).toEqualTypeOf<Promise<number>>()
  expectTypeOf(byUrl.result('id')).toEqualTypeOf<Promise<unknown>>()
  expectTypeOf(byUrl.enqueue(invoice.with({ id: 'a', on: 'x' }))).toEqualTypeOf<Promise<JobHandle<Date>>>()
})

test('many jobs have each the result of its own task', async () => {
  const [first, second] = await byUrl.enqueue([mail.with({ to: 'a' }), tick.with()])
  expectTypeOf(first).toEqualTypeOf<JobHandle<number>>()
  expectTypeOf(second).toEqualTypeOf<JobHandle<'tock'>>()
  const calls = ['a', 'b'].map((to) => mail.with({ to }))
  expectTypeOf(byUrl.enqueue(calls)).toEqualTypeOf<Promise<readonly JobHandle<number>[]>>()
  // @ts-expect-error -- to is text
  byUrl.enqueue([mail.with({ to: 7 })])
})

test('a schedule takes the payload of its task', () => {
  byUrl.schedule('s', 'every 10s', mail, { to: 'a' }, { timeZone: 'Europe/Amsterdam', missed: 'skip', overlap: 'skip' })
  byUrl.schedule('s', 'every 10s', tick)
  // @ts-expect-error -- to is text
  byUrl.schedule('s', 'every 10s', mail, { to: 7 })
  // @ts-expect-error -- the payload is missing
  byUrl.schedule('s', 'every 10s', mail)
  // @ts-expect-error -- there is no such policy
  byUrl.schedule('s', 'every 10s', tick, undefined, { missed: 'some' })
})

test('outcomes of one job and of many are told apart', () => {
  expectTypeOf(byUrl.cancel('a')).resolves.toEqualTypeOf<'cancelled' | 'requested' | 'finished' | 'unknown'>()
  expectTypeOf(byUrl.delete(['a'])).resolves.toEqualTypeOf<readonly ('deleted' | 'running' | 'unknown')[]>()
})
