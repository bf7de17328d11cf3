import type { Due } from './job.js'

const brand = Symbol.for('rota.outcome')

/**
 * What a handler returns when it is not simply done. Made by `again`, `snooze` and `cancel` of its context;
 * whatever else it returns is the result of the job.
 */
export interface Outcome {
  readonly [outcome]: true
  readonly kind: 'again' | 'snooze' | 'cancel' | 'park'
}
declare const outcome: unique symbol

/** This iteration is done; the next gets `params`, which have the type of the task's input. */
export interface AgainOutcome extends Outcome {
  readonly kind: 'again'
  readonly params: unknown
  readonly due: Due
  /** The contract that they were written under; left out: the worker knows. */
  readonly contract?: string | undefined
}

/** Run the same again later; no try is spent. */
export interface SnoozeOutcome extends Outcome {
  readonly kind: 'snooze'
  readonly due: Due
}

/** Call the job off from inside. */
export interface CancelOutcome extends Outcome {
  readonly kind: 'cancel'
  readonly reason: string | null
}

/** The payload cannot be read under the contract of this worker: the job waits for one that can. Never made by handlers. */
export interface ParkOutcome extends Outcome {
  readonly kind: 'park'
  readonly reason: string
}

/** Every special outcome, told apart by `kind`. */
export type AnyOutcome = AgainOutcome | SnoozeOutcome | CancelOutcome | ParkOutcome

/** The outcome of a job whose payload cannot be read by this worker. */
export function parkOutcome(reason: string): ParkOutcome {
  return makeOutcome({ kind: 'park' as const, reason })
}

/** Marks an object as an outcome, so that no value of a user is ever taken for one. */
export function makeOutcome<T extends { readonly kind: AnyOutcome['kind'] }>(fields: T): T & Outcome {
  return Object.freeze(Object.defineProperty({ ...fields }, brand, { value: true })) as T & Outcome
}

/** The same with the contract of its params. */
export function underContract(outcome: AgainOutcome, contract: string | undefined): AgainOutcome {
  if (contract === undefined) return outcome
  return makeOutcome({ ...outcome, contract })
}

/** True for an outcome made by any copy of rota. */
export function isOutcome(value: unknown): value is AnyOutcome {
  return typeof value === 'object' && value !== null && brand in value
}
