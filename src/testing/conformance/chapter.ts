import type { TestStore } from './test-store.js'

/** What a store must have for a case to mean anything. */
export type Need =
  'clock' | 'jump' | 'second' | 'transactions' | 'no transactions' | 'wakeups' | 'shared wakeups' | 'faults' | 'push'

/** One law, or one part of the port, and the cases that prove it. */
export interface Chapter {
  readonly title: string
  readonly cases: readonly Case[]
}

/** One promise; its name is a sentence. */
export interface Case {
  readonly name: string
  readonly needs: readonly Need[]
  run(store: TestStore): Promise<void>
}

type Run = (store: TestStore) => Promise<void>

/** Makes a chapter from sentences and what proves them. */
export function chapter(title: string, cases: Readonly<Record<string, Run | Omit<Case, 'name'>>>): Chapter {
  return {
    title,
    cases: Object.entries(cases).map(([name, proof]) =>
      typeof proof === 'function' ? { name, needs: [], run: proof } : { name, ...proof },
    ),
  }
}

/** A case that means nothing without what it needs. */
export function needs(needed: Need | readonly Need[], run: Run): Omit<Case, 'name'> {
  return { needs: typeof needed === 'string' ? [needed] : needed, run }
}
