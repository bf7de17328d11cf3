import type { EncodeOptions } from '../codec/encode.js'
import { PRIORITY_DEFAULT, type Priority } from '../model/job.js'
import { QUEUE_DEFAULT } from '../model/policy.js'
import type { AnyTask } from '../model/task-definition.js'
import { contractOf } from '../codec/contract.js'
import type { DurationMs } from '../model/units.js'
import { parseDuration } from '../time/duration.js'

/** What every job of a task has in common. */
export interface TaskDefaults {
  readonly queue: string
  readonly priority: Priority
  readonly deadlineMs: DurationMs | null
  /** How errors name its payload. */
  readonly payload: EncodeOptions
  /** How errors name its input. */
  readonly input: string
  /** The contract that its payloads are written under; null: it has none. */
  readonly stamp: string | null
}

/** Works out the defaults of each task once: they are asked for with every job. */
export class TaskDefaultsCache {
  readonly #known = new WeakMap<AnyTask, TaskDefaults>()

  get(task: AnyTask): TaskDefaults {
    let defaults = this.#known.get(task)
    if (defaults === undefined) {
      defaults = resolve(task)
      this.#known.set(task, defaults)
    }
    return defaults
  }
}

function resolve(task: AnyTask): TaskDefaults {
  const unchecked: unknown = task
  if (typeof unchecked !== 'object' || unchecked === null || !('policy' in unchecked)) {
    throw new TypeError(`task: expected what task() returns, got ${unchecked === null ? 'null' : typeof unchecked}`)
  }
  const { queue, priority, deadline } = task.policy
  return {
    queue: queue ?? QUEUE_DEFAULT,
    priority: priority ?? PRIORITY_DEFAULT,
    deadlineMs: deadline === undefined ? null : parseDuration(deadline, `task "${task.name}": deadline`),
    payload: { what: `payload of task "${task.name}"` },
    input: `payload of task "${task.name}"`,
    stamp: stampOfTask(task),
  }
}

/** Whoever enqueues for another program knows the stamp alone. */
function stampOfTask({ contract, input, name }: AnyTask): string | null {
  return contract.stamp ?? contractOf(`task "${name}"`, { ...contract, schema: input })?.stamp ?? null
}
