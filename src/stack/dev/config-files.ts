import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { CONTRACTS_FILE } from '../../config/contracts-file.js'
import { stackFilesBelow } from '../../config/find-files.js'
import { type ChangeListener, FolderWatch } from '../bundle/folder-watch.js'

/** What lies beside the root file and has a say: what the app is called, and what payloads of its tasks look like. */
const BESIDE: readonly string[] = ['package.json', CONTRACTS_FILE]

/** The files that decide what the config of an app says, and whether any of them has changed. */
export class ConfigFiles {
  readonly #root: string
  readonly #changed: () => void
  readonly #folders = new FolderWatch()
  #files: readonly string[]
  #watched: ReadonlyMap<string, ChangeListener> = new Map()

  /** `changed` is called when something beside or in one of them has changed; `root` is absolute. */
  constructor(root: string, changed: () => void) {
    this.#root = root
    this.#changed = changed
    this.#files = [root]
    this.#watch()
  }

  /** Follows the files that a config was read from; the first is the one at the root. */
  follow(files: readonly string[]): void {
    this.#files = files
    this.#watch()
  }

  /**
   * Name, time and size of every file, as one text: the same when nothing has changed. Looks for files that were not there before, and
   * works where a file system tells of no changes.
   */
  async state(signal?: AbortSignal): Promise<string> {
    const folder = dirname(this.#root)
    const [stacks, schedules] = await Promise.all([stackFilesBelow(folder, signal), this.#scheduleFiles()])
    const beside = BESIDE.map((name) => join(folder, name))
    const files = new Set([...this.#files, ...beside, ...(stacks ?? []), ...schedules])
    return (await Promise.all([...files].sort().map(stateOf))).join('\n')
  }

  close(): void {
    this.#folders.close()
  }

  #watch(): void {
    const folders = new Map<string, Set<string>>([[this.#tasks, new Set()]])
    for (const file of this.#files) {
      const names = folders.get(dirname(file)) ?? new Set()
      folders.set(dirname(file), names.add(basename(file)))
    }
    const before = this.#watched
    this.#watched = new Map([...folders].map(([folder, names]) => [folder, this.#listener(folder, names)]))
    for (const [folder, listener] of this.#watched) this.#folders.add(folder, listener)
    for (const [folder, listener] of before) this.#folders.delete(folder, listener)
  }

  /** A store beside the config is written to all the time. */
  #listener(folder: string, names: ReadonlySet<string>): ChangeListener {
    const isSchedule = (name: string): boolean => folder === this.#tasks && name.endsWith('.json')
    return (name) => {
      if (name === null || names.has(name) || BESIDE.includes(name) || isSchedule(name)) this.#changed()
    }
  }

  /** Where schedules by file lie. */
  get #tasks(): string {
    return join(dirname(this.#root), 'tasks')
  }

  async #scheduleFiles(): Promise<readonly string[]> {
    const names = await readdir(this.#tasks).catch((): string[] => [])
    return names.filter((name) => /\.json$/i.test(name)).map((name) => join(this.#tasks, name))
  }
}

async function stateOf(file: string): Promise<string> {
  const found = await stat(file).catch(() => null)
  return found === null ? `${file} -` : `${file} ${String(found.mtimeMs)} ${String(found.size)}`
}
