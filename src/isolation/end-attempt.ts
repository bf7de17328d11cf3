import { decode } from '../codec/decode.js'
import type { HandlerContext } from '../model/handler-context.js'
import { parkOutcome, underContract } from '../model/outcome.js'
import type { AttemptEnd } from './messages.js'
import { unpackThrown } from './thrown-error.js'

/** Ends an attempt here as its handler ended it there: returns what it returned, throws what it threw. */
export function endAttempt(end: AttemptEnd, context: HandlerContext<unknown, never>): unknown {
  switch (end.how) {
    case 'threw':
      throw unpackThrown(end.error)
    case 'returned':
      return end.problem === null ? decode(end.value) : unkeepable(unpackThrown(end.problem))
    case 'again':
      // Whatever a handler in JavaScript wrote: the context says what is wrong with it.
      return underContract(
        context.again({
          params: decode(end.params),
          ...(end.at === undefined ? {} : { at: end.at as Date }),
          ...(end.after === undefined ? {} : { after: end.after as string }),
        }),
        end.contract,
      )
    case 'snooze':
      return context.snooze(end.until as string)
    case 'cancel':
      return context.cancel(end.reason as string)
    case 'park':
      return parkOutcome(end.reason)
  }
}

/** A result that could not leave its child. Whoever stores it meets the same problem as if it had. */
function unkeepable(problem: Error): unknown {
  return {
    toJSON: () => {
      throw problem
    },
  }
}
