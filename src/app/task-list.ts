import type { AnyTask } from '../model/task-definition.js'
import { readPolicy } from '../worker/task-policy.js'

/** The tasks of one program, by name. They can be added to until a worker has taken them. */
export class TaskList {
  readonly #byName = new Map<string, AnyTask>()
  #isTaken = false

  /** `tasks` have been checked. */
  constructor(tasks: readonly AnyTask[]) {
    for (const task of tasks) this.#byName.set(task.name, task)
  }

  get all(): readonly AnyTask[] {
    return [...this.#byName.values()]
  }

  get(name: string): AnyTask | undefined {
    return this.#byName.get(name)
  }

  /** Adds all of them or none. Throws a `TypeError` for what is no task, for a policy that makes no sense, for a name that is taken, and once a worker runs. */
  add(tasks: readonly AnyTask[]): void {
    const added = new Map<string, AnyTask>()
    for (const task of tasks) {
      checkTask('add', task)
      const known = added.get(task.name) ?? this.#byName.get(task.name)
      if (known === task) continue
      if (known !== undefined) {
        throw new TypeError(`add: expected each name once, got a second task named "${task.name}"`)
      }
      if (this.#isTaken) {
        throw new TypeError(`add: expected all tasks before the worker starts, got "${task.name}" after it`)
      }
      added.set(task.name, task)
    }
    for (const [name, task] of added) this.#byName.set(name, task)
  }

  /** What a worker that starts now can run; no more can be added from here on. */
  take(): readonly AnyTask[] {
    this.#isTaken = true
    return this.all
  }
}

/** Throws a `TypeError` that begins with `what` for what is no task, and for a task whose policy makes no sense. */
export function checkTask(what: string, task: AnyTask): void {
  const unchecked: unknown = task
  if (typeof unchecked !== 'object' || unchecked === null || !('policy' in unchecked)) {
    throw new TypeError(`${what}: expected what task() returns, got ${unchecked === null ? 'null' : typeof unchecked}`)
  }
  readPolicy(task)
}
