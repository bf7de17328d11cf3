import { shown } from '../time/duration.js'

/** The error for a programmer's mistake: what was expected where, and what came instead. */
export function refusal(where: string, expected: string, got: unknown): TypeError {
  return new TypeError(`${where}: expected ${expected}, got ${shown(got)}`)
}
