import type { StandardSchemaV1 } from '@standard-schema/spec'
import { RotaError } from '../model/errors.js'
import { formatPath } from './payload-errors.js'

/** Issues that an error names; a schema over a long array can have thousands. */
const ISSUES_MAX = 20
const MESSAGE_LENGTH_MAX = 300

/** One thing that a schema found wrong. */
export interface InputIssue {
  /** Such as `items[3].due`; empty for the input itself. */
  readonly path: string
  readonly message: string
}

/**
 * Checks and parses `value` with any Standard Schema; no schema lets everything pass as it is.
 * Answers at once when the schema does, with a promise only when the schema needs one.
 * Fails with `INPUT_INVALID` and up to 20 issues; `what` begins its message, such as `input of task "mail"`.
 */
export function validateInput<Output>(
  schema: StandardSchemaV1<unknown, Output> | undefined,
  value: unknown,
  what: string,
): Output | Promise<Output> {
  if (schema === undefined) return value as Output
  const result = schema['~standard'].validate(value)
  // By its shape: a promise of another library or realm, taken for a result, would let everything pass as undefined.
  return 'then' in result ? Promise.resolve(result).then((found) => unwrap(found, what)) : unwrap(result, what)
}

function unwrap<Output>(result: StandardSchemaV1.Result<Output>, what: string): Output {
  if (result.issues === undefined) return result.value
  const issues = result.issues.slice(0, ISSUES_MAX).map(toIssue)
  const [first] = issues
  const place = first === undefined || first.path === '' ? '' : `${first.path}: `
  const more = result.issues.length > 1 ? ` (and ${result.issues.length - 1} more)` : ''
  throw new RotaError(
    'INPUT_INVALID',
    `${what} is invalid: ${place}${first?.message ?? 'the schema gave no reason'}${more}`,
    {
      facts: { what, issues },
    },
  )
}

function toIssue(issue: StandardSchemaV1.Issue): InputIssue {
  const path = (issue.path ?? []).map((step) => {
    const key = typeof step === 'object' ? step.key : step
    return typeof key === 'number' ? key : String(key)
  })
  return { path: formatPath(path), message: issue.message.slice(0, MESSAGE_LENGTH_MAX) }
}
