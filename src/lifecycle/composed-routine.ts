import { branchOf, callOf, compose, compositionOf } from '../model/composition.js'
import type { Call, Composed, Composition } from '../model/composition.js'
import { withOwnSignal } from '../async/own-signal.js'
import { makeRoutine, nameOf, routine } from './routine.js'
import type { Routine, RoutineLike } from './routine.js'
import { sideBySide } from './side-by-side.js'

/** A routine that is made of routines; as a part of another composition it is the branch that it stands for. */
export interface ComposedRoutine extends Routine, Composed<Routine> {}

/** The leaves that run now. */
export type Running = Set<Call<Routine>>

/** Makes a routine of several, and keeps the tree that it is. */
export function composeRoutines(kind: 'sequence' | 'concurrence', parts: readonly RoutineLike[]): ComposedRoutine {
  const tree = branchOf(kind, parts.map(treeOf))
  const name = `${kind}(${parts.map(partName).join(', ')})`
  const composed = makeRoutine(name, (signal) => interpret(tree, signal, new Set()))
  return compose(composed, tree)
}

/** The tree that a part of a composition stands for: its own, or a leaf. `index` is its place, for a routine without a name. */
export function treeOf(part: RoutineLike, index: number): Composition<Routine> {
  const leaf = routine(part, partName(part, index))
  // A tree on a routine is one of routines: durable jobs, once they compose, are no functions and were refused above.
  return (compositionOf(part) as Composition<Routine> | undefined) ?? callOf(leaf)
}

function partName(part: RoutineLike, index: number): string {
  return nameOf(part) || `routine ${index + 1}`
}

/** Runs a tree in this process. `running` is told which leaves run. */
async function interpret(tree: Composition<Routine>, signal: AbortSignal, running: Running): Promise<void> {
  switch (tree.kind) {
    case 'call':
      running.add(tree)
      try {
        await tree.target(signal)
      } finally {
        running.delete(tree)
      }
      break
    case 'sequence':
      for (const part of tree.parts) {
        signal.throwIfAborted()
        await interpret(part, signal, running)
      }
      break
    case 'concurrence':
      await withOwnSignal(signal, (own) => sideBySide(interpretersOf(tree.parts, running), own))
  }
}

/** What runs the parts of a branch. */
export function interpretersOf(
  parts: readonly Composition<Routine>[],
  running: Running,
): readonly ((signal: AbortSignal) => Promise<void>)[] {
  return parts.map((part) => (signal) => interpret(part, signal, running))
}
