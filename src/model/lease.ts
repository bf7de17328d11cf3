import type { Due, EncodedValue, NewJob, Priority, TickInfo } from './job.js'
import type { FailureReason } from './job-state.js'
import type { EpochMs } from './units.js'

/** The proof that one attempt holds a job: opaque text of the store that gave it, good for exactly one lease. */
export type Receipt = string

/** The temporary right to run one job. */
export interface Lease {
  readonly receipt: Receipt
  /** Grows with every lease of the job; give it to other systems so that they can refuse a writer that was replaced. */
  readonly fence: number
  /** When the store gave the lease, by its clock. */
  readonly claimedAt: EpochMs
  /** When the lease ends unless it is extended, by the clock of the store. */
  readonly leaseUntil: EpochMs
  /** An earlier lease of the job was lost: it came alone, and losing this one spends a try. */
  readonly suspect: boolean
  readonly job: ClaimedJob
}

/** What a worker has to know of a job to run it. */
export interface ClaimedJob {
  readonly id: string
  readonly task: string
  readonly queue: string
  readonly priority: Priority
  readonly payload: EncodedValue | null
  readonly headers: string | null
  readonly enqueuedAt: EpochMs
  /** When it became claimable. */
  readonly dueAt: EpochMs
  readonly deadline: EpochMs | null
  /** Tries spent before this attempt; an attempt at `tries >= maxTries` must be settled as exhausted, not run. */
  readonly tries: number
  readonly maxTries: number | null
  readonly iterations: number
  readonly tick: TickInfo | null
}

/**
 * How an attempt ended. `followUps` are jobs that exist if and only if this settlement is what is recorded (law 8).
 * Make them with the constructors below: there are no other legal ones.
 */
export type Settlement =
  | {
      readonly kind: 'complete'
      readonly receipt: Receipt
      readonly result: EncodedValue | null
      readonly followUps?: readonly NewJob[]
    }
  | { readonly kind: 'retry'; readonly receipt: Receipt; readonly due: Due; readonly error: string }
  | { readonly kind: 'snooze'; readonly receipt: Receipt; readonly due: Due }
  | { readonly kind: 'release'; readonly receipt: Receipt }
  | {
      readonly kind: 'again'
      readonly receipt: Receipt
      readonly due: Due
      readonly payload: EncodedValue | null
      readonly followUps?: readonly NewJob[]
    }
  | {
      readonly kind: 'fail'
      readonly receipt: Receipt
      readonly failure: FailureReason
      readonly error: string | null
      readonly spendsTry: boolean
      readonly followUps?: readonly NewJob[]
    }
  | { readonly kind: 'cancel'; readonly receipt: Receipt; readonly reason: string | null }

/** The seven ways in which an attempt can end. */
export type SettlementKind = Settlement['kind']

/** The job is done; `result` is what the handler returned. */
export function complete(receipt: Receipt, result: EncodedValue | null, followUps?: readonly NewJob[]): Settlement {
  return followUps === undefined || followUps.length === 0
    ? { kind: 'complete', receipt, result }
    : { kind: 'complete', receipt, result, followUps }
}

/** The attempt failed and spends a try; the job becomes claimable again at `due`. */
export function retry(receipt: Receipt, due: Due, error: string): Settlement {
  return { kind: 'retry', receipt, due, error }
}

/** Not now: the job becomes claimable again at `due` and no try is spent. */
export function snooze(receipt: Receipt, due: Due): Settlement {
  return { kind: 'snooze', receipt, due }
}

/** Given back unstarted: claimable at once, in its old place, no try spent. A suspect job stays suspect. */
export function release(receipt: Receipt): Settlement {
  return { kind: 'release', receipt }
}

/** This iteration is done; the next one has new params and all its tries. */
export function again(receipt: Receipt, due: Due, payload: EncodedValue | null): Settlement {
  return { kind: 'again', receipt, due, payload }
}

/** The job is over without success. `spendsTry`: an attempt was run for it and failed, so that one more try counts as spent. */
export function fail(
  receipt: Receipt,
  failure: FailureReason,
  error: string | null,
  options: { readonly spendsTry?: boolean; readonly followUps?: readonly NewJob[] | undefined } = {},
): Settlement {
  const { spendsTry = false, followUps = [] } = options
  const settlement = { kind: 'fail', receipt, failure, error, spendsTry } as const
  return followUps.length === 0 ? settlement : { ...settlement, followUps }
}

/** The job is called off. */
export function cancel(receipt: Receipt, reason: string | null): Settlement {
  return { kind: 'cancel', receipt, reason }
}
