/**
 * One thing to be called: a routine in this process, a task with its payload in a store. What it means to call it is the
 * business of whoever interprets the tree.
 */
export interface Call<Target> {
  readonly kind: 'call'
  readonly target: Target
}

/** One after the other; a part that fails is the last that was begun. */
export interface Sequence<Target> {
  readonly kind: 'sequence'
  readonly parts: readonly Composition<Target>[]
}

/** Side by side; the first part that fails ends the others. */
export interface Concurrence<Target> {
  readonly kind: 'concurrence'
  readonly parts: readonly Composition<Target>[]
}

/**
 * What is to be done in which order, as plain data. `Target` is what the leaves stand for, the same in the whole tree, so that nobody
 * can put a durable job under a routine that only lives in this process.
 */
export type Composition<Target> = Call<Target> | Sequence<Target> | Concurrence<Target>

const brand = Symbol.for('rota.composition')
declare const composition: unique symbol

/** What `sequence` and `concurrence` return, whatever else it can do: it can be a part of a larger composition. */
export interface Composed<Target> {
  readonly [composition]: Composition<Target>
}

/** A leaf. */
export function callOf<Target>(target: Target): Call<Target> {
  return Object.freeze({ kind: 'call', target })
}

/** A branch. */
export function branchOf<Target>(
  kind: 'sequence' | 'concurrence',
  parts: readonly Composition<Target>[],
): Sequence<Target> | Concurrence<Target> {
  return Object.freeze({ kind, parts: Object.freeze([...parts]) })
}

/** Lets `value` be a part of a larger composition, as the tree that it stands for and not as a leaf. */
export function compose<T extends object, Target>(value: T, tree: Composition<Target>): T & Composed<Target> {
  return Object.defineProperty(value, brand, { value: tree }) as T & Composed<Target>
}

/** The tree that a value stands for, made by any copy of rota; undefined for everything that was not composed. */
export function compositionOf(value: unknown): Composition<unknown> | undefined {
  const canHave = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return canHave ? (value as { [brand]?: Composition<unknown> })[brand] : undefined
}

/** The targets of all leaves, in the order in which they were written. */
export function targetsOf<Target>(tree: Composition<Target>): readonly Target[] {
  return tree.kind === 'call' ? [tree.target] : tree.parts.flatMap(targetsOf)
}
