import { type Contracts, nearestContracts } from '../config/contracts-file.js'
import type { Clock } from '../model/clock.js'

/** As old as what is known of a config may be. */
const READ_AGAIN_MS = 10_000

/** Tells the contract that payloads of a task are written under, by its name on record; undefined: nobody says. */
export type StampOf = (record: string) => Promise<string | undefined>

/**
 * The contracts that this program was written against: those in the files that it was deployed with. Never those of the store, which
 * may be of a later release than this program. A file that cannot be read says nothing: a job without a contract is judged by its payload.
 */
export function stampsBeside(folder: string, clock: Pick<Clock, 'monotonic'>): StampOf {
  let known: Contracts = {}
  let readAt: number | null = null
  return async (record) => {
    if (readAt === null || clock.monotonic() - readAt >= READ_AGAIN_MS) {
      readAt = clock.monotonic()
      known = await nearestContracts(folder).catch(() => known)
    }
    return Object.hasOwn(known, record) ? known[record]?.stamp : undefined
  }
}
