import type { Bundle, BundleTarget } from '../bundle/bundle-target.js'
import type { Bundler } from '../bundle/create-bundler.js'

/** Hears of every bundle that is made and of every one that cannot be. */
export interface BundlesListener {
  /** `isFirst`: there was none before. */
  readonly built: (target: BundleTarget, bundle: Bundle, isFirst: boolean) => void
  /** `isRunning`: there is one that was made before. */
  readonly failed: (target: BundleTarget, error: unknown, isRunning: boolean) => void
}

interface Watched {
  readonly target: BundleTarget
  /** Settles when its first build has succeeded or failed. */
  readonly begun: Promise<AsyncDisposable>
  file: string | null
}

/** The bundles of an app under development: each is made when it is first asked for, and again when its sources change. */
export class WatchedBundles {
  readonly #bundler: Pick<Bundler, 'watch' | 'hurry'>
  readonly #listener: BundlesListener
  readonly #watched = new Map<string, Watched>()

  constructor(bundler: Pick<Bundler, 'watch' | 'hurry'>, listener: BundlesListener) {
    this.#bundler = bundler
    this.#listener = listener
  }

  /**
   * Watches a target; resolves when it has been built, or cannot be. Rejects with what keeps every target from being built, as
   * `BUNDLER_MISSING` does.
   */
  async begin(target: BundleTarget): Promise<void> {
    const key = keyOf(target)
    const watched = this.#watched.get(key) ?? this.#watch(key, target)
    try {
      await watched.begun
    } catch (error) {
      this.#watched.delete(key)
      throw error
    }
  }

  /** The latest good bundle of a target; null when there is none so far. */
  fileOf(target: BundleTarget): string | null {
    return this.#watched.get(keyOf(target))?.file ?? null
  }

  /** A job waits for the first bundle of a task. */
  hurry(task: string): void {
    this.#bundler.hurry(task)
  }

  /** Lets go of all other targets. */
  async keep(targets: readonly BundleTarget[]): Promise<void> {
    const kept = new Set(targets.map(keyOf))
    const dropped = [...this.#watched].filter(([key]) => !kept.has(key))
    for (const [key] of dropped) this.#watched.delete(key)
    await Promise.allSettled(dropped.map(async ([, { begun }]) => (await begun)[Symbol.asyncDispose]()))
  }

  #watch(key: string, target: BundleTarget): Watched {
    const isWatched = (): boolean => this.#watched.get(key) === watched
    const begun = this.#bundler.watch(target, {
      built: (bundle) => {
        const isFirst = watched.file === null
        watched.file = bundle.file
        if (isWatched()) this.#listener.built(target, bundle, isFirst)
      },
      failed: (error) => {
        if (isWatched()) this.#listener.failed(target, error, watched.file !== null)
      },
    })
    const watched: Watched = { target, begun, file: null }
    this.#watched.set(key, watched)
    return watched
  }
}

/** The same code built in the same way for the same task. */
export function keyOf({ code, handler, task }: BundleTarget): string {
  return JSON.stringify([task, handler, code])
}
