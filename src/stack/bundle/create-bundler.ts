import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../model/clock.js'
import { systemClock } from '../../time/system-clock.js'
import { BuildQueue } from './build-queue.js'
import { isSource } from './bundle-target.js'
import type { Bundle, BundleTarget } from './bundle-target.js'
import { loadBundler } from './esbuild.js'
import { FolderWatch } from './folder-watch.js'
import { givenFile } from './given-bundle.js'
import { SourceBuild } from './source-build.js'
import { TargetWatch } from './target-watch.js'
import type { BundleListener } from './target-watch.js'

/** Where an app is, and what its bundles are made with. */
export interface BundlerOptions {
  /** The folder of the app: builds go to `.rota/build` in it. Absolute. */
  readonly folder: string
  readonly clock?: Clock | undefined
}

/** Makes files that Node can run out of the sources of tasks. */
export interface Bundler extends AsyncDisposable {
  /** The bundle of a target: the one on disk when nothing has changed since, and else a new one. Rejects with `BUNDLE_FAILED`. */
  readonly build: (target: BundleTarget) => Promise<Bundle>
  /** Builds a target now and whenever what went into it changes; resolves when the first build has succeeded or failed. */
  readonly watch: (target: BundleTarget, listener: BundleListener) => Promise<AsyncDisposable>
  /** A job waits for the bundle of a task: it is made before those that nobody waits for. */
  readonly hurry: (task: string) => void
  readonly close: () => Promise<void>
}

/** Loads the user's esbuild when the first source is to be bundled. */
export function createBundler(options: BundlerOptions): Bundler {
  return new UserBundler(options)
}

/**
 * Tasks that are bundled at one time. esbuild has threads of its own: on two cores 300 tasks with zod in each took as long with four at a
 * time as with all at once, and 0.3 GB in place of 6.5 (2026-11-21).
 */
const BUILDS_MAX = 4

class UserBundler implements Bundler {
  readonly #options: BundlerOptions
  readonly #clock: Clock
  readonly #folders = new FolderWatch()
  readonly #watches = new Set<AsyncDisposable>()
  readonly #queue = new BuildQueue(BUILDS_MAX)
  #root: Promise<string> | null = null

  constructor(options: BundlerOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  readonly build: Bundler['build'] = async (target) => {
    const builder = await this.#builderOf(target)
    return builder.latest()
  }

  readonly watch: Bundler['watch'] = async (target, listener) => {
    const builder = await this.#builderOf(target)
    const watch = new TargetWatch({
      clock: this.#clock,
      folders: this.#folders,
      listener,
      file: isSource(target) ? target.code.file : join(bundleOf(target), 'index.mjs'),
      isNamedByContent: isSource(target),
      build: () => builder.latest(),
    })
    const handle: AsyncDisposable = {
      [Symbol.asyncDispose]: async () => {
        this.#watches.delete(handle)
        await watch.close()
      },
    }
    this.#watches.add(handle)
    await watch.tick()
    return handle
  }

  readonly hurry: Bundler['hurry'] = (task) => this.#queue.hurry(task)

  readonly close: Bundler['close'] = async () => {
    await Promise.all([...this.#watches].map((watch) => watch[Symbol.asyncDispose]()))
    this.#folders.close()
  };

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #builderOf(target: BundleTarget): Promise<Builder> {
    if (!isSource(target)) return givenBuilder(target, this.#clock)
    this.#root ??= realpath(this.#options.folder)
    const deps = { root: await this.#root, queue: this.#queue, clock: this.#clock }
    return new SourceBuild(target, { esbuild: await loadBundler(), ...deps })
  }
}

type Builder = Pick<SourceBuild, 'latest'>

/** What somebody else has bundled: used as it is. */
function givenBuilder(target: BundleTarget, clock: Clock): Builder {
  const find = async (): Promise<Bundle> => {
    const startedAt = clock.monotonic()
    const file = await givenFile(target.task, bundleOf(target), target.handler)
    return { file, inputs: [file], isCached: false, tookMs: clock.monotonic() - startedAt }
  }
  return { latest: find }
}

function bundleOf(target: BundleTarget): string {
  return 'bundle' in target.code ? target.code.bundle : ''
}
