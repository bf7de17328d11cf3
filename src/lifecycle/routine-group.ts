import { abortable } from '../async/abortable.js'
import { aborted } from './aborted.js'
import { isCleanStop } from '../async/clean-stop.js'
import { callRoutine, nameOf } from './routine.js'
import type { RoutineLike } from './routine.js'
import { throwFailures } from './side-by-side.js'

/** Failures that are kept until somebody joins: the first ones tell what went wrong. */
const FAILURES_MAX = 1000

/**
 * Routines that run in the background of something else, such as a request, and that nobody forgets: see `routines`. A group is a routine
 * itself: as a part of `main` it lasts until the abort, and then stops what runs in it.
 */
export class RoutineGroup implements AsyncDisposable {
  readonly #stop = new AbortController()
  readonly #running = new Set<Promise<void>>()
  #failures: unknown[] = []

  /** How many run now. */
  get size(): number {
    return this.#running.size
  }

  /** Starts a routine and does not wait for it; its failure is told by `join`. False, and nothing is started, once the group is being stopped. */
  go(routine: RoutineLike): boolean {
    nameOf(routine) // refuses at once what is no routine
    if (this.#stop.signal.aborted) return false
    const run: Promise<void> = this.#run(routine).finally(() => this.#running.delete(run))
    this.#running.add(run)
    return true
  }

  /**
   * Waits until nothing runs any more, and tells what has failed since the last join, the first 1000: one error itself, several as an
   * `AggregateError`. Aborts nothing; rejects with `signal.reason` when the waiting is aborted.
   */
  async join(signal?: AbortSignal): Promise<void> {
    while (this.size > 0) await abortable(Promise.all(this.#running), signal)
    const failures = this.#failures
    this.#failures = []
    throwFailures(failures)
  }

  /** Aborts the signals of all that run, waits for them, and tells what has failed, as `join`. Any number of calls stop once. */
  stop(reason?: unknown): Promise<void> {
    this.#stop.abort(reason)
    return this.join()
  }

  /** Lasts until `signal` aborts, then stops the group. */
  async run(signal: AbortSignal): Promise<void> {
    await this.stop(await aborted(signal))
  }

  /** As `stop`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** Never rejects: failures are kept for whoever joins. */
  async #run(routine: RoutineLike): Promise<void> {
    const { signal } = this.#stop
    try {
      await callRoutine(routine, signal)
    } catch (error) {
      if (!isCleanStop(error, signal) && this.#failures.length < FAILURES_MAX) this.#failures.push(error)
    }
  }
}

/**
 * Makes a group of routines that run in the background: `go` starts one, `size` tells how many run, `join` waits for them, `stop` aborts them.
 *
 * ```ts
 * const background = routines()
 * server.on('request', (request, response) => {
 *   background.go((signal) => audit(request.url, signal))
 *   response.end('accepted')
 * })
 * await main(httpServer(server, { port: 8080 }), background)
 * ```
 */
export function routines(): RoutineGroup {
  return new RoutineGroup()
}
