import { RotaError } from '../model/errors.js'

/** What is wrong with an expression, and where. */
export interface ScheduleProblem {
  /** Such as `minute` or `time zone`. */
  readonly field: string
  /** Where it begins in the expression, from 0. */
  readonly position: number
  readonly expected: string
  readonly got: string
}

/** As much of a hostile expression as a message shows. */
const SHOWN_LENGTH_MAX = 80

/** `SCHEDULE_INVALID`: names the field, the place, what was expected there and what was found. */
export function scheduleInvalid(expression: string, problem: ScheduleProblem): RotaError {
  const { field, position, expected, got } = problem
  const message = `schedule ${quote(expression)} is invalid: ${field}, character ${position + 1}: expected ${expected}, got ${quote(got)}`
  return new RotaError('SCHEDULE_INVALID', message, {
    facts: { expression: cut(expression), ...problem, got: cut(got) },
  })
}

function quote(text: string): string {
  return text === '' ? 'nothing' : JSON.stringify(cut(text))
}

function cut(text: string): string {
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}...` : text
}
