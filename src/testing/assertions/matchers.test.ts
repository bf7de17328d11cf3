import { AssertionError } from 'node:assert'
import { expect as jestExpect } from 'expect'
import { beforeEach, describe, expect, test } from 'vitest'
import { type FailureReport, task } from '../../model/task-definition.js'
import { testRota } from '../system/test-rota.js'
import type { TestSystem } from '../system/test-system.js'
import '../vitest/set-up.js'
import { assertEnqueued, assertNotEnqueued } from './assert-enqueued.js'
import { matchers, type RotaMatchers } from './matchers.js'

interface Invoice {
  readonly invoiceId: string
  readonly dueOn?: Date | undefined
}

const send = task<Invoice>('invoice:send', { queue: 'mail' })
const remind = task<Invoice>('invoice:remind')
const NO_SYSTEM: object = {}
const DAY = 86_400_000

let t: TestSystem
beforeEach(async () => {
  t = testRota()
  await t.rota.enqueue(send, { invoiceId: 'in_1', dueOn: new Date(DAY) })
  await t.rota.enqueue(send, { invoiceId: 'in_2' }, { delay: '1 day', priority: 1 })
  return () => t.close()
})

type Expect = (system: object) => RotaMatchers & { readonly not: RotaMatchers }

jestExpect.extend(matchers)

describe.each([
  ['Vitest', expect as unknown as Expect & { objectContaining(part: object): Invoice }],
  ['Jest', jestExpect as unknown as Expect & { objectContaining(part: object): Invoice }],
])('toHaveEnqueued in %s', (_runner, check) => {
  test('is true of a job by its task, by its payload too, and by the rest too', () => {
    check(t).toHaveEnqueued(send)
    check(t).toHaveEnqueued('invoice:send')
    check(t).toHaveEnqueued(send, { invoiceId: 'in_1', dueOn: new Date(DAY) })
    check(t).toHaveEnqueued(send, check.objectContaining({ invoiceId: 'in_1' }))
    check(t).toHaveEnqueued(send, undefined, { times: 2, queue: 'mail' })
    check(t).toHaveEnqueued(send, { invoiceId: 'in_2' }, { delay: '1 day', priority: 1, times: 1 })
    check(t).toHaveEnqueued(send, { invoiceId: 'in_2' }, { at: new Date(Date.UTC(2025, 0, 2)) })
  })

  test('is untrue of every other', () => {
    check(t).not.toHaveEnqueued(remind)
    check(t).not.toHaveEnqueued(send, { invoiceId: 'in_3' })
    check(t).not.toHaveEnqueued(send, { invoiceId: 'in_1', dueOn: new Date(DAY + 1) })
    check(t).not.toHaveEnqueued(send, { invoiceId: 'in_2' }, { delay: '2 days' })
    check(t).not.toHaveEnqueued(send, undefined, { queue: 'default' })
    check(t).not.toHaveEnqueued(send, undefined, { times: 1 })
    check(t).not.toHaveEnqueued(send, undefined, { priority: 2 })
  })

  test('tells what there is in place of what was expected', () => {
    expect(() => check(t).toHaveEnqueued(send, { invoiceId: 'in_3' })).toThrow(
      `jobs of "invoice:send" with { payload: { invoiceId: 'in_3' } }: expected one or more, got 0; all jobs of the task:
  { invoiceId: 'in_1', dueOn: 1970-01-02T00:00:00.000Z } in "mail"
  { invoiceId: 'in_2' } in "mail", delayed by ${DAY} ms`,
    )
    expect(() => check(t).toHaveEnqueued(remind)).toThrow(
      'jobs of "invoice:remind": expected one or more, got 0; there are jobs of "invoice:send"',
    )
    expect(() => check(t).not.toHaveEnqueued(send, undefined, { queue: 'mail' })).toThrow(
      `jobs of "invoice:send" with { queue: 'mail' }: expected none, got 2`,
    )
  })

  test('refuses what is no system, no task, or an option that there is not', () => {
    expect(() => check(NO_SYSTEM).toHaveEnqueued(send)).toThrow(
      /expected what testRota or testStacks gives, got object/,
    )
    expect(() => check(t).toHaveEnqueued(5 as never)).toThrow(
      /expected a task, an entry of Task, or a name, got number/,
    )
    expect(() => check(t).toHaveEnqueued(send, undefined, { tims: 2 } as never)).toThrow(/times/)
    expect(() => check(t).toHaveEnqueued(send, undefined, { delay: 1, at: new Date(0) })).toThrow(
      /delay or at, got both/,
    )
  })
})

describe('assertEnqueued', () => {
  test('throws an AssertionError where the matcher fails', () => {
    assertEnqueued(t, send, { invoiceId: 'in_2' }, { delay: '1 day', times: 1 })
    assertNotEnqueued(t, remind)
    assertNotEnqueued(t, send, { invoiceId: 'in_3' })
    expect(() => assertEnqueued(t, remind)).toThrow(AssertionError)
    expect(() => assertNotEnqueued(t, send)).toThrow(/^jobs of "invoice:send": expected none, got 2/)
    expect(() => assertNotEnqueued(t, send)).toThrow(AssertionError)
  })
})

test('jobs are known whoever has made them: a schedule, a failure, another handler', async () => {
  const alert = task('alert', async (_: FailureReport) => undefined)
  const doomed = task('doomed', { maxTries: 1, onFailure: alert, run: () => Promise.reject(new Error('no')) })
  const starter = task('starter', async () => {
    await system.rota.enqueue(doomed)
  })
  await using system = testRota({ tasks: [doomed, starter, alert] })
  await system.rota.schedule('hourly', 'rate(1 hour)', starter)
  await system.advance('1 hour')
  for (const one of [starter, doomed, alert]) expect(system).toHaveEnqueued(one as never, undefined, { times: 1 })
  expect(system.enqueued().map(({ task: name, schedule }) => [name, schedule])).toEqual([
    ['starter', 'hourly'],
    ['doomed', null],
    ['alert', null],
  ])
})
