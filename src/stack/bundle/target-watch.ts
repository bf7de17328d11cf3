import { basename, dirname } from 'node:path'
import { Alarm } from '../../async/alarm.js'
import type { Clock } from '../../model/clock.js'
import type { RotaError } from '../../model/errors.js'
import type { Bundle } from './bundle-target.js'
import type { ChangeListener, FolderWatch } from './folder-watch.js'

/** Editors write a file in several steps, and formatters once more. */
const QUIET_MS = 20

/** How soon a folder that was removed is looked for again: branches are changed within seconds. */
const MISSING_MS = 1000

/** A store that lies beside sources is written to all the time. */
const STORE_FILE = /\.(?:db|sqlite3?)(?:-\w+)?$/

/** Hears how the bundle of a target goes on. Must not throw. */
export interface BundleListener {
  /** There is a bundle that is not the one before, or the source has no mistakes any more. */
  readonly built: (bundle: Bundle) => void
  /** The source has mistakes; the bundle before is still good. Told once, until they change. */
  readonly failed: (error: RotaError) => void
}

interface WatchOptions {
  readonly clock: Clock
  readonly folders: FolderWatch
  readonly listener: BundleListener
  /** Where the source begins: watched also while it cannot be built. */
  readonly file: string
  /** Whether the name of a bundle says what is in it. */
  readonly isNamedByContent: boolean
  readonly build: () => Promise<Bundle>
}

interface WatchedFolder {
  readonly names: ReadonlySet<string>
  readonly changed: ChangeListener
}

/** Builds a target again when what went into it changes. */
export class TargetWatch {
  readonly #options: WatchOptions
  readonly #alarm: Alarm
  #folders: ReadonlyMap<string, WatchedFolder> = new Map()
  #inputs: readonly string[]
  #current: string | null = null
  #failure: string | null = null
  #building: Promise<void> | null = null
  #isClosed = false

  constructor(options: WatchOptions) {
    this.#options = options
    this.#alarm = new Alarm(options.clock, () => void this.tick())
    this.#inputs = [options.file]
    this.#watch(this.#inputs)
  }

  /** Looks once: builds when something has changed. Never two at once; never rejects. */
  async tick(): Promise<void> {
    if (this.#building !== null) {
      this.#alarm.setWithin(QUIET_MS) // once more, after this one
      return this.#building
    }
    this.#building = this.#build()
    await this.#building
    this.#building = null
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#alarm.cancel()
    this.#watch([])
    await this.#building
  }

  async #build(): Promise<void> {
    const { build, isNamedByContent, listener } = this.#options
    if (this.#isClosed) return
    // First, so that no change is missed: a folder may have been removed and made again.
    const isWatched = this.#watch(this.#inputs)
    try {
      const bundle = await build()
      if (this.#isClosed) return
      this.#inputs = bundle.inputs
      this.#watch(this.#inputs)
      const isNews = bundle.file !== this.#current || !isNamedByContent || this.#failure !== null
      this.#current = bundle.file
      this.#failure = null
      if (isNews) listener.built(bundle)
    } catch (error) {
      if (this.#isClosed) return
      if (!isWatched) this.#alarm.setWithin(MISSING_MS)
      const failure = (error as RotaError).message
      if (failure === this.#failure) return
      this.#failure = failure
      listener.failed(error as RotaError)
    }
  }

  /** Packages are not watched: whoever changes them starts again. False when a folder is not there. */
  #watch(inputs: readonly string[]): boolean {
    const { folders } = this.#options
    const wanted = new Map<string, Set<string>>()
    for (const path of inputs) {
      if (/[\\/]node_modules[\\/]/.test(path)) continue
      const names = wanted.get(dirname(path)) ?? new Set()
      wanted.set(dirname(path), names.add(basename(path)))
    }
    const before = this.#folders
    this.#folders = new Map([...wanted].map(([folder, names]) => [folder, { names, changed: this.#listener(names) }]))
    let isComplete = true
    for (const [folder, { changed }] of this.#folders) isComplete = folders.add(folder, changed) && isComplete
    for (const [folder, { changed }] of before) folders.delete(folder, changed)
    return isComplete
  }

  /** While the source has mistakes, any file may be the one that it misses. */
  #listener(names: ReadonlySet<string>): ChangeListener {
    return (name) => {
      const counts = name === null || names.has(name) || (this.#failure !== null && !STORE_FILE.test(name))
      if (counts && !this.#isClosed) this.#alarm.setWithin(QUIET_MS)
    }
  }
}
