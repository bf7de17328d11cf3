import { expect, test } from 'vitest'
import { derivedContext } from '../../handlers/derived-context.js'
import type { CompleteOptions, HandlerContext, JobInHand } from '../../model/handler-context.js'
import { FakeClock } from '../../time/fake-clock.js'
import { BatchGatherer } from './batch-gatherer.js'

test('a batch cannot be completed inside of a transaction, which would settle its first message alone', async () => {
  const clock = new FakeClock()
  const completed: string[] = []
  const contextOf = (id: string): HandlerContext => {
    const job = Object.defineProperty({ id, headers: {} }, 'complete', {
      value: async () => void completed.push(id),
    }) as unknown as JobInHand
    return { ...derivedContext({} as HandlerContext, { job, signal: new AbortController().signal }), fence: 1 }
  }
  const refused: string[] = []
  const run = async (_payloads: readonly unknown[], { job }: HandlerContext): Promise<void> => {
    await job.complete({ tx: {} } as CompleteOptions<never>).catch((error: unknown) => refused.push(String(error)))
  }
  const gatherer = new BatchGatherer({ size: 10, run, clock })
  const lone = gatherer.add('alone', contextOf('a'))
  await clock.settle()
  await lone
  const both = [gatherer.add('one', contextOf('b')), gatherer.add('two', contextOf('c'))]
  await clock.settle()
  await Promise.all(both)
  expect(refused).toHaveLength(2)
  for (const told of refused) expect(told).toMatch(/^TypeError: job\.complete: a transaction .* set batchSize to 1$/)
  expect(completed).toEqual([])
})
