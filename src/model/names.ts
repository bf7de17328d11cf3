/** What a name can stand for; queues and schedules are at most 64 characters long, tasks and topics 128. */
export type NameKind = 'task' | 'queue' | 'schedule' | 'topic'

const GRAMMAR = /^[A-Za-z0-9_][A-Za-z0-9_:.-]*$/
const LENGTH_MAX: Readonly<Record<NameKind, number>> = { task: 128, queue: 64, schedule: 64, topic: 128 }

/** Says what is wrong with a name, or null when it is legal. One grammar at every door. */
export function nameProblem(kind: NameKind, value: unknown): string | null {
  const max = LENGTH_MAX[kind]
  const expected = `expected 1 to ${max} letters, digits, "_", ":", "." or "-", the first a letter, digit or "_"`
  if (typeof value !== 'string') return `${kind} name: ${expected}, got ${value === null ? 'null' : typeof value}`
  if (value.length > max) return `${kind} name: ${expected}, got ${value.length} characters`
  if (!GRAMMAR.test(value)) return `${kind} name: ${expected}, got ${JSON.stringify(value)}`
  return null
}

/** Throws a `TypeError` for a name outside the grammar. */
export function checkName(kind: NameKind, value: unknown): asserts value is string {
  const problem = nameProblem(kind, value)
  if (problem !== null) throw new TypeError(problem)
}

/** Made once: ids and keys are checked with every job. */
const CONTROL_CHARACTER = /\p{Cc}/u

/** The longest job id or unique key that a caller may give, in characters. */
export const KEY_LENGTH_MAX = 128

/** Says what is wrong with a job id or unique key, or null: 1 to 128 printable characters, so that every store can index it. */
export function keyProblem(what: string, value: unknown): string | null {
  const expected = `expected 1 to ${KEY_LENGTH_MAX} characters without control characters or lone surrogates`
  if (typeof value !== 'string') return `${what}: ${expected}, got ${value === null ? 'null' : typeof value}`
  if (value.length === 0 || value.length > KEY_LENGTH_MAX) return `${what}: ${expected}, got ${value.length} characters`
  if (CONTROL_CHARACTER.test(value) || !value.isWellFormed())
    return `${what}: ${expected}, got ${JSON.stringify(value)}`
  return null
}
