import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { clientOn } from '../../test/client/memory-client.js'
import { WorkerRig } from '../../test/worker/worker-rig.js'
import { stampOf } from '../codec/stamp.js'
import { task } from '../model/task-definition.js'

const euros = z.object({ euros: z.number() })
const cents = z.object({ cents: z.number() })
/** Two releases of one task: those who enqueue may have either. */
const before = task('pay', { input: euros })
const seen: unknown[] = []
const pay = (input: unknown): void => void seen.push(input)

/** A store under a job of the first release. */
async function withJob(rig: WorkerRig): Promise<string> {
  seen.length = 0
  const { id } = await clientOn(rig.store, rig.clock).enqueue(before, { euros: 2 })
  return id
}

describe('a job that was enqueued before a release', () => {
  test('goes through the steps to the version of its worker', async () => {
    const rig = new WorkerRig()
    const id = await withJob(rig)
    const migrate = { 1: (old: { euros: number }) => ({ cents: old.euros * 100 }) }
    await rig.started([task('pay', { input: cents, version: 2, migrate, run: pay })])
    await rig.clock.settle()
    expect(seen).toEqual([{ cents: 200 }])
    expect((await rig.job(id)).state).toBe('completed')
  })

  test('goes on as it was when the new release still accepts it', async () => {
    const rig = new WorkerRig()
    await withJob(rig)
    await rig.started([task('pay', { input: euros.extend({ note: z.string().optional() }), run: pay })])
    await rig.clock.settle()
    expect(seen).toEqual([{ euros: 2 }])
  })

  test('is parked in sight where it cannot be read, never run, and goes on with a worker that can', async () => {
    const rig = new WorkerRig()
    const id = await withJob(rig)
    const helpless = await rig.started([task('pay', { input: cents, maxTries: 1, run: pay })])
    await rig.clock.advance(60_000)
    expect(seen).toEqual([])
    expect(await rig.job(id)).toMatchObject({ state: 'pending', tries: 0 })
    const details = await rig.details(id)
    const reason = /^parked: input of task "pay" was written under contract 1-\w+ and is read under 1-\w+: .*cents/
    expect(details.logs.at(-1)).toMatchObject({ level: 'warn', message: expect.stringMatching(reason) as unknown })
    expect(details.steps).toMatchObject([{ key: 'rota:parked' }])
    expect(details.logs.length).toBeLessThan(10)
    expect(rig.events.find(({ type }) => type === 'parked')).toMatchObject({ job: { id } })
    await helpless.stop()
    const migrate = { 1: (old: { euros: number }) => ({ cents: old.euros * 100 }) }
    await rig.started([task('pay', { input: cents, version: 2, migrate, run: pay })])
    await rig.clock.advance(600_000)
    expect(seen).toEqual([{ cents: 200 }])
  })

  test('is found among others, and looked at again when somebody asks for it', async () => {
    const rig = new WorkerRig()
    const id = await withJob(rig)
    const client = clientOn(rig.store, rig.clock)
    const helpless = await rig.started([task('pay', { input: cents, run: pay })])
    await rig.clock.advance(1_000)
    await helpless.stop()
    await client.enqueue(before, { euros: 3 }, { delay: '1 hour' })
    await client.enqueue(before, { euros: 4 }, { delay: '1 minute', queue: 'other' })
    expect(await client.redrive({ parked: true, dryRun: true })).toEqual({ found: 1, redriven: 0, held: 0, gone: 0 })
    expect(await client.redrive({ parked: true, queue: 'other' })).toMatchObject({ found: 0 })
    expect(await client.redrive()).toMatchObject({ found: 0 })
    expect(await client.redrive({ parked: true })).toEqual({ found: 1, redriven: 1, held: 0, gone: 0 })
    expect((await client.get(id))?.dueAt?.getTime()).toBe(rig.clock.now())
    await expect(client.redrive({ parked: true, code: 'E' })).rejects.toThrow(
      'redrive: parked: expected queue and task alone beside it, got code',
    )
  })

  test('of a newer release waits for a newer worker, and runs at once when it is asked for', async () => {
    const rig = new WorkerRig()
    seen.length = 0
    const newer = task('pay', { input: cents, version: 2 })
    const client = clientOn(rig.store, rig.clock)
    const { id } = await client.enqueue(newer, { cents: 1 })
    const old = await rig.started([before.handle(pay)])
    await rig.clock.advance(1_000)
    expect((await rig.job(id)).state).toBe('pending')
    await old.stop()
    await rig.started([newer.handle(pay)])
    await client.retry(id)
    await rig.clock.settle()
    expect(seen).toEqual([{ cents: 1 }])
  })

  test('has the params of its next iteration under the contract of the worker that gave them', async () => {
    const rig = new WorkerRig()
    const id = await withJob(rig)
    const migrate = { 1: (old: { euros: number }) => ({ cents: old.euros * 100 }) }
    const counting = task('pay', {
      input: cents,
      version: 2,
      migrate,
      run: (input, { again }) => {
        seen.push(input)
        return input.cents > 198 ? again({ params: { cents: input.cents - 1 } }) : undefined
      },
    })
    await rig.started([counting])
    await rig.clock.advance(1_000)
    expect(seen).toEqual([{ cents: 200 }, { cents: 199 }, { cents: 198 }])
    expect(stampOf((await rig.job(id)).payload)).toMatch(/^2-/)
  })

  test('whose payload was wrong from the beginning fails as ever', async () => {
    const rig = new WorkerRig()
    const id = await rig.enqueue(before, { euros: 'two' })
    await rig.started([before.handle(pay)])
    await rig.clock.settle()
    expect(await rig.job(id)).toMatchObject({ state: 'failed', failure: 'terminated' })
  })
})

test('a job that tells of a failure is read under the contract of its own task', async () => {
  const rig = new WorkerRig()
  const told: unknown[] = []
  const onFailure = task<{ readonly payload: unknown }>('told', (report) => void told.push(report.payload))
  await withJob(rig)
  const failing = task('pay', {
    input: euros,
    maxTries: 1,
    onFailure: onFailure as never,
    run: () => {
      throw new Error('no')
    },
  })
  await rig.started([failing, onFailure])
  await rig.clock.settle()
  expect(told).toEqual([{ euros: 2 }])
})

test('the ticks of a schedule have the contract that it was declared under', async () => {
  const rig = new WorkerRig()
  const client = clientOn(rig.store, rig.clock)
  await client.schedule('daily', '@daily', before, { euros: 1 })
  const run = await client.schedules.runNow('daily')
  expect(stampOf((await rig.job(run.id)).payload)).toMatch(/^1-[0-9a-f]{12}$/)
})
