import { isDeepStrictEqual } from 'node:util'
import type { NamedTask } from '../system/named-task.js'
import { type ExpectedJob, type Judgement, judgeEnqueued } from './judge-enqueued.js'

/** What `expect` of Vitest and Jest hands to a matcher, as far as it is used. */
export interface MatcherState {
  readonly equals?: (one: unknown, other: unknown) => boolean
  /** Behind `expect(t).not`. */
  readonly isNot?: boolean
}

/** The matchers, for `expect.extend(matchers)`; `rota/testing/vitest` and `rota/testing/jest` do that, with types. */
export const matchers = {
  toHaveEnqueued(
    this: MatcherState,
    received: unknown,
    task: unknown,
    payload?: unknown,
    expected: ExpectedJob = {},
  ): Judgement {
    // Theirs knows `expect.objectContaining` and the like.
    const { equals = isDeepStrictEqual, isNot } = this
    return judgeEnqueued(received, task, payload, expected, { equals, isNot })
  },
}

/** The matchers as a test writes them; `Returned` is what those of its runner return. */
export interface RotaMatchers<Returned = void> {
  /**
   * That a system of a test has stored such a job, whatever has become of it since:
   * `expect(t).toHaveEnqueued(sendInvoice, { invoiceId: 'in_1' }, { delay: '1 day' })`. Without a payload any will do;
   * `expect.objectContaining(...)` is a payload too.
   */
  toHaveEnqueued<Wire>(task: NamedTask<Wire>, payload?: NoInfer<Wire>, expected?: ExpectedJob): Returned
}
