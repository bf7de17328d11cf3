import type { TaskEntry } from '../../client/resource-types.js'
import type { TaskDefinition } from '../../model/task-definition.js'

/** A task as a test names it: its definition, an entry of `Task`, or its name on record. */
export type NamedTask<Payload> =
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- only what callers pass matters to whoever asks what they passed
  TaskDefinition<Payload, any, any, any> | TaskEntry<Payload, any> | string

/** What a task is called on record. Throws a `TypeError` that begins with `what` for anything else. */
export function nameOf(task: unknown, what: string): string {
  const isNamed = (typeof task === 'object' && task !== null) || typeof task === 'function'
  const name: unknown = isNamed ? (task as { readonly name?: unknown }).name : task
  if (typeof name === 'string' && name !== '') return name
  const got = task === null ? 'null' : typeof task
  throw new TypeError(`${what}: expected a task, an entry of Task, or a name, got ${got}`)
}
