import { expect, test } from 'vitest'
import { derivedContext } from '../../handlers/derived-context.js'
import type { CompleteOptions, HandlerContext, JobInHand } from '../../model/handler-context.js'
import { parkOutcome } from '../../model/outcome.js'
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

test('messages of one contract run together, and those that cannot be read keep no others waiting', async () => {
  const clock = new FakeClock()
  const contextOf = (contract: string): HandlerContext =>
    derivedContext({} as HandlerContext, {
      job: Object.defineProperty({ id: contract, headers: {}, contract }, 'complete', {
        value: async () => undefined,
      }) as unknown as JobInHand,
      signal: new AbortController().signal,
    })
  const lists: unknown[] = []
  const run = async (payloads: readonly unknown[]): Promise<unknown> => {
    lists.push(payloads)
    return payloads.includes('unreadable') ? parkOutcome('why') : undefined
  }
  const gatherer = new BatchGatherer({ size: 10, run, clock })
  const given = [
    ['a', '1-0'],
    ['b', '2-0'],
    ['c', '1-0'],
    ['unreadable', '2-0'],
  ] as const
  const ended = given.map(([payload, contract]) => gatherer.add(payload, contextOf(contract)))
  await clock.settle()
  expect(await Promise.all(ended)).toEqual([undefined, undefined, undefined, parkOutcome('why')])
  expect(lists).toEqual([['a', 'c'], ['b', 'unreadable'], ['b'], ['unreadable']])
})
