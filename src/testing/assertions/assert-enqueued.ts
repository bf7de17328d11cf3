import { AssertionError } from 'node:assert'
import { isDeepStrictEqual } from 'node:util'
import type { NamedTask } from '../system/named-task.js'
import type { TestSystem } from '../system/test-system.js'
import { type ExpectedJob, judgeEnqueued } from './judge-enqueued.js'

/**
 * Throws an `AssertionError` unless a system of a test has stored such a job, whatever has become of it since; for `node:test` and
 * everybody without matchers: `assertEnqueued(t, sendInvoice, { invoiceId: 'in_1' }, { delay: '1 day' })`.
 * Without a payload any will do. Payloads are compared by `isDeepStrictEqual`.
 */
export function assertEnqueued<Wire>(
  system: TestSystem,
  task: NamedTask<Wire>,
  payload?: NoInfer<Wire>,
  expected: ExpectedJob = {},
): void {
  const { pass, message } = judgeEnqueued(system, task, payload, expected, { equals: isDeepStrictEqual })
  if (!pass) throw new AssertionError({ message: message(), stackStartFn: assertEnqueued })
}

/** Throws an `AssertionError` when a system of a test has stored such a job. */
export function assertNotEnqueued<Wire>(
  system: TestSystem,
  task: NamedTask<Wire>,
  payload?: NoInfer<Wire>,
  expected: Omit<ExpectedJob, 'times'> = {},
): void {
  const how = { equals: isDeepStrictEqual, isNot: true }
  const { pass, message } = judgeEnqueued(system, task, payload, expected, how)
  if (pass) throw new AssertionError({ message: message(), stackStartFn: assertNotEnqueued })
}
