import { nameProblem } from './names.js'

/**
 * The task that gets every event that names no task: `input` of a `tasks/*.json` file without `_taskName`, or with one that no
 * task can have. `tasker.register(rota)` makes it of the Tasker's fall-through; `task(CATCH_ALL, run)` is the same by hand. Its payload is
 * the whole event, unchanged. A program without it leaves such jobs waiting, where people see them.
 */
export const CATCH_ALL = 'rota:catch-all'

/**
 * The task that an event is for: the one that its own `_taskName` names, exactly as it is written, or the catch-all.
 * `knows` says which tasks there are, where the program can know that; without it every legal name is believed.
 */
export function taskOfEvent(event: unknown, knows: (name: string) => boolean = () => true): string {
  const isObject = typeof event === 'object' && event !== null
  const name: unknown = isObject && Object.hasOwn(event, '_taskName') ? Reflect.get(event, '_taskName') : undefined
  return nameProblem('task', name) === null && knows(name as string) ? (name as string) : CATCH_ALL
}
