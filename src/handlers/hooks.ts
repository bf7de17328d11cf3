import { isOutcome } from '../model/outcome.js'

/** Hooks of one attempt, of each kind: more are the work of a loop that forgot that it runs in one. */
const HOOKS_MAX = 1_000

type Hook<Args extends readonly unknown[]> = (...args: Args) => unknown

/** What is to be called back when an attempt ends, in the order in which it was asked for. */
export class Hooks {
  readonly #success: Hook<[unknown]>[] = []
  readonly #failure: Hook<[unknown]>[] = []
  readonly #finally: Hook<[]>[] = []
  readonly #log: (message: string) => void

  /** `log` hears of hooks that fail where nothing can fail for it any more. */
  constructor(log: (message: string) => void) {
    this.#log = log
  }

  readonly onSuccess = (callback: Hook<[unknown]>): void => add(this.#success, callback, 'onSuccess')
  readonly onFailure = (callback: Hook<[unknown]>): void => add(this.#failure, callback, 'onFailure')
  readonly onFinally = (callback: Hook<[]>): void => add(this.#finally, callback, 'onFinally')

  /** Runs the attempt and then its hooks; ends as the attempt did, or as a hook of its success failed. */
  async around<T>(run: () => T | Promise<T>): Promise<T> {
    try {
      const result = await run()
      if (isSuccess(result)) for (const hook of this.#success) await hook(result)
      return result
    } catch (error) {
      for (const hook of this.#failure) await this.#guard('onFailure', () => hook(error))
      throw error
    } finally {
      for (const hook of this.#finally) await this.#guard('onFinally', hook)
    }
  }

  async #guard(kind: string, hook: () => unknown): Promise<void> {
    try {
      await hook()
    } catch (error) {
      this.#log(`${kind}: the callback failed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

/** An attempt that asked to be called off, or to come back, has not done its work; one that asked for another iteration has done its own. */
function isSuccess(result: unknown): boolean {
  return !isOutcome(result) || result.kind === 'again'
}

function add<Args extends readonly unknown[]>(hooks: Hook<Args>[], callback: Hook<Args>, kind: string): void {
  if (typeof callback !== 'function') throw new TypeError(`${kind}: expected a function, got ${typeof callback}`)
  if (hooks.length >= HOOKS_MAX) throw new TypeError(`${kind}: expected at most ${HOOKS_MAX} callbacks of one attempt`)
  hooks.push(callback)
}
