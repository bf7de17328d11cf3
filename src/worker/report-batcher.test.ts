import { afterEach, expect, test } from 'vitest'
import { WorkerRig } from '../../test/worker/worker-rig.js'
import { Deferred } from '../async/deferred.js'
import type { HandlerContext } from '../model/handler-context.js'
import { task } from '../model/task-definition.js'
import { newJob } from '../testing/new-job.js'
import type { Worker } from './worker.js'

let worker: Worker | undefined

afterEach(async () => {
  await worker?.stop({ now: true })
})

/** A job that logs a line and ends while that line is on its way to the store. */
async function endWhileReporting(answer: (arrived: Promise<void>) => Promise<void>) {
  const rig = new WorkerRig()
  const arrived = new Deferred()
  const backend = rig.store
  const report = backend.jobs.report.bind(backend.jobs)
  let isFirst = true
  backend.jobs.report = async (params) => {
    if (!isFirst) return report(params)
    isFirst = false
    await answer(arrived.promise)
    return report(params)
  }
  const ending = new Deferred()
  const tells = task('tells', async (_: undefined, { log }: HandlerContext<undefined>) => {
    log.info('told')
    await ending.promise
  })
  worker = rig.worker([tells], { backend })
  await worker.start()
  const job = newJob({ task: 'tells', queue: 'default' })
  await backend.jobs.enqueue({ jobs: [job] })
  await rig.clock.settle()
  await rig.clock.advance(250)
  expect(isFirst).toBe(false)
  ending.resolve()
  await rig.clock.settle()
  const stateOf = async () => (await backend.inspector.get({ ids: [job.id] }))[0]?.state
  const messages = async () =>
    (await backend.inspector.details({ ids: [job.id] }))[0]?.logs.map(({ message }) => message)
  return { arrived, rig, stateOf, messages }
}

test('an attempt does not end before what it has told has arrived', async () => {
  const { arrived, rig, stateOf, messages } = await endWhileReporting((slow) => slow)
  expect(await stateOf()).toBe('running')
  arrived.resolve()
  await rig.clock.settle()
  expect([await stateOf(), await messages()]).toEqual(['completed', ['told']])
})

test('what could not be sent goes with the end of the attempt', async () => {
  const { arrived, rig, stateOf, messages } = await endWhileReporting(async (slow) => {
    await slow
    throw new Error('the line is cut')
  })
  arrived.resolve()
  await rig.clock.settle()
  await rig.clock.advance(10_000)
  expect([await stateOf(), await messages()]).toEqual(['completed', ['told']])
})
