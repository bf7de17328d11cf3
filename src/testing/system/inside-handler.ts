import { AsyncLocalStorage } from 'node:async_hooks'

const scope = new AsyncLocalStorage<true>()

/** Runs `run` as what a handler does: it cannot wait for jobs to run, since they are run by whoever waits for it. */
export function insideHandler<T>(run: () => T): T {
  return scope.run(true, run)
}

/** Whether a handler of a system of a test does this. */
export function isInsideHandler(): boolean {
  return scope.getStore() === true
}
