import { watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { basename } from 'node:path'

/** Hears the name of what changed in its folder; null: nobody knows. */
export type ChangeListener = (name: string | null) => void

interface Watched {
  readonly watcher: FSWatcher
  readonly listeners: Set<ChangeListener>
}

/** Tells of changes in folders, each watched once however many ask. Folders and not files: editors replace a file by another. */
export class FolderWatch {
  readonly #folders = new Map<string, Watched>()

  /** Calls `listener` for every change in the folder; false when it cannot be watched. */
  add(folder: string, listener: ChangeListener): boolean {
    const watched = this.#folders.get(folder) ?? this.#watch(folder)
    watched?.listeners.add(listener)
    return watched !== null
  }

  delete(folder: string, listener: ChangeListener): void {
    const watched = this.#folders.get(folder)
    if (watched === undefined) return
    watched.listeners.delete(listener)
    if (watched.listeners.size === 0) this.#drop(folder, watched)
  }

  close(): void {
    for (const [folder, watched] of this.#folders) this.#drop(folder, watched)
  }

  #watch(folder: string): Watched | null {
    try {
      const watched = { watcher: watch(folder, { persistent: false }), listeners: new Set<ChangeListener>() }
      const tell = (name: string | null): void => {
        for (const listener of [...watched.listeners]) listener(name)
      }
      const gone = (): void => {
        this.#drop(folder, watched)
        tell(null)
      }
      watched.watcher.on('change', (event, name) => {
        // Linux tells so that the folder itself was removed, and from then on nothing. Of a file that is called like it, nothing is lost.
        if (event === 'rename' && name === basename(folder)) gone()
        else tell(typeof name === 'string' ? name : null)
      })
      watched.watcher.on('error', gone)
      this.#folders.set(folder, watched)
      return watched
    } catch {
      return null
    }
  }

  #drop(folder: string, watched: Watched): void {
    watched.watcher.close()
    if (this.#folders.get(folder) === watched) this.#folders.delete(folder)
  }
}
