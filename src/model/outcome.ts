import type { Due } from './job.js'

const brand = Symbol.for('rota.outcome')

/**
 * What a handler returns when it is not simply done. Made by `again`, `snooze` and `cancel` of its context;
 * whatever else it returns is the result of the job.
 */
export interface Outcome {
  readonly [outcome]: true
  readonly kind: 'again' | 'snooze' | 'cancel'
}
declare const outcome: unique symbol

/** This iteration is done; the next gets `params`, which have the type of the task's input. */
export interface AgainOutcome extends Outcome {
  readonly kind: 'again'
  readonly params: unknown
  readonly due: Due
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

/** Every special outcome, told apart by `kind`. */
export type AnyOutcome = AgainOutcome | SnoozeOutcome | CancelOutcome

/** Marks an object as an outcome, so that no value of a user is ever taken for one. */
export function makeOutcome<T extends { readonly kind: AnyOutcome['kind'] }>(fields: T): T & Outcome {
  return Object.freeze(Object.defineProperty({ ...fields }, brand, { value: true })) as T & Outcome
}

/** True for an outcome made by any copy of rota. */
export function isOutcome(value: unknown): value is AnyOutcome {
  return typeof value === 'object' && value !== null && brand in value
}
