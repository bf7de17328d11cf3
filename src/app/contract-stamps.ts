import { type Contracts, nearestContracts } from '../config/contracts-file.js'

/** Tells the contract that payloads of a task are written under, by its name on record; undefined: nobody says. */
export type StampOf = (record: string) => Promise<string | undefined>

/**
 * The contracts that this program was written against: those in the files that it was deployed with, as they are when it first calls.
 * Never those of the store, nor those of the files later on, which may be of a later release than this program. Files that cannot be
 * read say nothing: a job without a contract is judged by its payload.
 */
export function stampsBeside(folder: string): StampOf {
  let reading: Promise<Contracts> | null = null
  return async (record) => {
    reading ??= nearestContracts(folder).catch(() => {
      reading = null // it may be put right
      return {}
    })
    const known = await reading
    return Object.hasOwn(known, record) ? known[record]?.stamp : undefined
  }
}
