import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import { describe, expectTypeOf, it } from 'vitest'
import type { Rota } from '../app/rota.js'
import type { Composed, Composition } from '../model/composition.js'
import { branchOf, callOf, targetsOf } from '../model/composition.js'
import { task } from '../model/task-definition.js'
import type { TaskCall } from '../model/task-definition.js'
import type { LockStore } from '../port/lock-store.js'
import { daily, interval, monthly, parseSchedule } from '../schedule/index.js'
import {
  concurrence,
  httpServer,
  ignoreError,
  main,
  mutex,
  onError,
  repeat,
  routine,
  routines,
  sequence,
  withNoOverlap,
  withRetry,
  withShutdown,
  withSignals,
  withTimeout,
} from './index.js'
import type { ComposedRoutine, LockStoreLike, Routine, RoutineLike, RoutineObject } from './index.js'

declare const server: Server
declare const tlsServer: TlsServer
declare const rota: Rota
const work = async (_signal: AbortSignal): Promise<void> => undefined

describe('what is taken for a routine', () => {
  it('is a function or an object that runs, whatever it resolves with', () => {
    expectTypeOf(work).toExtend<RoutineLike>()
    expectTypeOf(() => undefined).toExtend<RoutineLike>()
    expectTypeOf(async () => 5).toExtend<RoutineLike>()
    expectTypeOf(rota).toExtend<RoutineObject>()
    expectTypeOf(routines()).toExtend<RoutineObject>()
    expectTypeOf<Routine>().toExtend<RoutineLike>()
  })

  it('is nothing else', () => {
    // @ts-expect-error a routine that is returned and not run would be lost
    sequence(() => work)
    // @ts-expect-error it would be called without the text that it needs
    sequence(async (text: string) => text.length)
    // @ts-expect-error an object without run
    concurrence({ start: work })
    // @ts-expect-error a durable job is no routine of this process
    sequence(task('mail:send', async () => undefined).with())
  })
})

describe('what combinators return', () => {
  it('is a routine that can be called with a signal or without, and run', () => {
    for (const made of [
      routine(work),
      repeat('1 second', work),
      withShutdown(
        () => server.listen(8080),
        () => server.close(),
      ),
      httpServer(server, { port: 8080 }),
      httpServer(tlsServer),
      withSignals(work, ['SIGHUP']),
      withTimeout('1 second', work),
      withRetry({ maxTries: 3, backoff: 'exponential' }, work),
      onError(work, async (error) => error),
      ignoreError(work, TypeError),
      withNoOverlap(mutex(), work),
    ]) {
      expectTypeOf(made).toEqualTypeOf<Routine>()
    }
    expectTypeOf<Parameters<Routine>>().toEqualTypeOf<[signal?: AbortSignal | undefined]>()
    expectTypeOf<ReturnType<Routine>>().toEqualTypeOf<Promise<void>>()
    expectTypeOf<Routine['run']>().toEqualTypeOf<(signal?: AbortSignal) => Promise<void>>()
  })

  it('keeps what it is composed of, nested as deep as one likes', () => {
    const composed = sequence(concurrence(work, sequence(work)), withTimeout('1 second', concurrence(work)))
    expectTypeOf(composed).toEqualTypeOf<ComposedRoutine>()
    expectTypeOf(composed).toExtend<Composed<Routine>>()
    expectTypeOf(composed).toExtend<Routine>()
    expectTypeOf(withTimeout('1 second', composed)).not.toExtend<Composed<Routine>>()
  })

  it('takes all of them, and rota, for a main', () => {
    expectTypeOf(main(rota, httpServer(server), routines())).resolves.toHaveProperty('code')
    main({ grace: '5 seconds', signals: ['SIGTERM'] }, work)
    // @ts-expect-error options come first
    main(work, { grace: '5 seconds' })
    // @ts-expect-error no such option
    main({ timeout: '5 seconds' }, work)
    // @ts-expect-error no such signal
    main({ signals: ['SIGFOO'] }, work)
  })
})

describe('what combinators take', () => {
  it('is every schedule of rota/schedule, and lengths of time', () => {
    for (const schedule of [
      daily({ hour: 12 }),
      monthly({ day: 3 }),
      interval(1000),
      parseSchedule('@daily'),
      5,
      '5s',
      { seconds: 5 },
    ]) {
      expectTypeOf(repeat(schedule, work)).toEqualTypeOf<Routine>()
    }
    // @ts-expect-error a date is no schedule
    repeat(new Date(), work)
    // @ts-expect-error no such word
    repeat(1000, work, { overlap: 'cancel-running' })
  })

  it('is the locks of any backend', () => {
    expectTypeOf<LockStore>().toExtend<LockStoreLike>()
    // @ts-expect-error a name is missing
    withNoOverlap({ locks: {} as LockStore }, work)
  })
})

describe('the composition tree', () => {
  it('holds durable jobs as well as routines, never both', () => {
    const send = task('mail:send', async ({ to }: { to: string }) => to)
    const jobs = branchOf('sequence', [callOf<TaskCall>(send.with({ to: 'ann' }))])
    expectTypeOf(jobs).toExtend<Composition<TaskCall>>()
    expectTypeOf(targetsOf(jobs)).toEqualTypeOf<readonly TaskCall[]>()
    // @ts-expect-error a routine under a durable job
    branchOf<TaskCall>('sequence', [callOf(work)])
    expectTypeOf<Composition<TaskCall>>().not.toExtend<Composition<Routine>>()
  })
})
