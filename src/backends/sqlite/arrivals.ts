import type { Session } from './session.js'
import { READY_BETWEEN } from './statements/arrivals.js'

/**
 * New jobs arrive as bodies only, and get their places in `ready` later, many at a time.
 *
 * A place is 23 bytes at the end of one of many lanes, each of them a page of its own in the middle of the clustered table: of the 44
 * pages that a commit of 100 jobs in ten lanes wrote to the log and synced, 23 were those. 2,000 places at a time touch less
 * than two pages for each hundred.
 *
 * An arrival is a body behind `readyThrough`: pending, untouched, in the lane and at the instant that its body says. Whatever
 * writes anything but new jobs makes the arrivals ready first, so that it finds every job in its place (`Store.write`);
 * readers, who cannot write, look at both.
 */
interface Numbers {
  readonly nextSeq: number
  /** The number of the last body that is no arrival. */
  readyThrough: number
}

/** So many may wait, with those of one commit above it: to make them ready takes some 2 ms of whoever comes next. */
const ARRIVALS_MAX = 2000

/** True when there are so many arrivals that whoever brings more has to make them ready. */
export function tooManyArrivals({ nextSeq, readyThrough }: Numbers): boolean {
  return nextSeq - 1 - readyThrough >= ARRIVALS_MAX
}

/** Gives the arrivals before number `end` their places; true when there were any. */
export function readyArrivals(session: Session, state: Numbers, end: number): boolean {
  if (state.readyThrough >= end - 1) return false
  session.run(READY_BETWEEN, state.readyThrough + 1, end - 1)
  state.readyThrough = end - 1
  return true
}
