import type { Case, Chapter } from './chapter.js'
import { CHAPTERS } from './chapters.js'
import { runCase } from './run-case.js'
import type { ConformanceTarget } from './target.js'

/** A store and how to test it. */
export interface ConformanceOptions<Tx = never> {
  /** What the report calls it. */
  readonly name: string
  /** Makes a store with nothing in it; called once for every case at least. */
  create(): Promise<ConformanceTarget<Tx>>
  /** Cases that are known not to hold, each with the reason that the report prints. A name that no case has is an error. */
  readonly skip?: readonly { readonly test: string; readonly reason: string }[]
}

/** `describe` and `it` of vitest, of node:test, or of anything like them. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown
  it(name: string, body: (context: { skip(reason?: string): unknown }) => Promise<void>): unknown
}

/**
 * Defines the tests that every store of rota must pass: a chapter for each law of the port, and some for the rest of its promises.
 * A case is skipped where the store declares that it lacks what the case is about, and the report says so.
 */
export function conformance<Tx>(options: ConformanceOptions<Tx>, runner: TestRunner): void {
  const skips = new Map(options.skip?.map(({ test, reason }) => [test, reason]))
  refuseUnknownSkips(skips)
  runner.describe(`${options.name} keeps the promises of the port`, () => {
    for (const one of CHAPTERS) defineChapter(one, options, skips, runner)
  })
}

function defineChapter<Tx>(
  { title, cases }: Chapter,
  options: ConformanceOptions<Tx>,
  skips: ReadonlyMap<string, string>,
  runner: TestRunner,
): void {
  runner.describe(title, () => {
    for (const one of cases) {
      runner.it(one.name, async (context) => {
        const reason = skips.get(one.name) ?? (await runCase(one, () => options.create()))
        if (reason !== null) context.skip(reason)
      })
    }
  })
}

function refuseUnknownSkips(skips: ReadonlyMap<string, string>): void {
  const known = new Set(CHAPTERS.flatMap(({ cases }) => cases.map(({ name }: Case) => name)))
  for (const test of skips.keys()) {
    if (!known.has(test)) throw new TypeError(`conformance: skip: expected the name of a case, got "${test}"`)
  }
}
