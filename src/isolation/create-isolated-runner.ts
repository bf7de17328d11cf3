import type { HandlerContext } from '../model/handler-context.js'
import { RotaError } from '../model/errors.js'
import { ChildPool } from './child-pool.js'
import { checkFile, resolveRunnerOptions } from './runner-options.js'
import type { IsolatedRunnerOptions, ResolvedRunnerOptions } from './runner-options.js'
import { UnstartedAttempt } from './warm-child.js'

/** Runs a handler apart from this program: `run` is the `run` of a task. */
export interface IsolatedRunner extends AsyncDisposable {
  /**
   * Runs the handler once, in a child of its own. Returns what it returned and throws what it threw; `OUT_OF_MEMORY`, `TIMEOUT`,
   * `HANDLER_EXITED` or `HANDLER_INVALID` when it did not come to that. When `context.signal` aborts, the handler is told, and its child is
   * killed when the grace is over, whatever it does.
   */
  readonly run: (payload: unknown, context: HandlerContext<unknown, never>) => Promise<unknown>
  /** Runs another file, or the same that was written again, from the next attempt on; those under way end as they began. */
  readonly use: (file: string) => void
  /** Children that live, and those of them that run an attempt. */
  readonly figures: { readonly children: number; readonly running: number }
  /** Takes no more attempts, waits for those under way, and ends every child. */
  readonly close: () => Promise<void>
}

/** Makes a runner, and starts the children that are to be kept ready. Throws a `TypeError` for an option that makes no sense. */
export function createIsolatedRunner(options: IsolatedRunnerOptions): IsolatedRunner {
  const resolved = resolveRunnerOptions(options)
  checkFile(resolved.what, options.file)
  return new Runner(options.file, resolved)
}

class Runner implements IsolatedRunner {
  readonly #options: ResolvedRunnerOptions
  readonly #pool: ChildPool
  readonly #underWay = new Set<Promise<unknown>>()
  #closing: Promise<void> | null = null

  constructor(file: string, options: ResolvedRunnerOptions) {
    this.#options = options
    this.#pool = new ChildPool(file, options)
  }

  get figures(): IsolatedRunner['figures'] {
    return this.#pool.figures
  }

  readonly run: IsolatedRunner['run'] = async (payload, context) => {
    if (this.#closing !== null) throw new RotaError('ABORTED', `${this.#options.what}: its runner was closed`)
    const attempt = this.#run(payload, context)
    this.#underWay.add(attempt)
    try {
      return await attempt
    } finally {
      this.#underWay.delete(attempt)
    }
  }

  readonly use = (file: string): void => this.#pool.use(file)

  readonly close = (): Promise<void> => {
    this.#closing ??= this.#close()
    return this.#closing
  };

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #run(payload: unknown, context: HandlerContext<unknown, never>): Promise<unknown> {
    const { room } = this.#options
    await room.enter(context.signal)
    try {
      for (;;) {
        context.signal.throwIfAborted() // a child is told of aborts only once it has its attempt
        const child = this.#pool.take()
        try {
          return await child.run(payload, context)
        } catch (error) {
          // It had died before, and only now anybody noticed. A new child is never told to have: this comes to an end.
          if (!(error instanceof UnstartedAttempt)) throw error
        } finally {
          this.#pool.give(child)
        }
      }
    } finally {
      room.leave()
    }
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#underWay)
    await this.#pool.close()
  }
}
