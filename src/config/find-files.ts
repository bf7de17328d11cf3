import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { RotaError } from '../model/errors.js'

/** What the file at the root of an app may be called. */
const ROOT_FILES = ['rota.json', 'rota.jsonc', 'rota.config.ts'] as const

/** What the file of one stack in a folder below may be called. */
const STACK_FILES: readonly string[] = ['stack.json', 'stack.jsonc']

/** Folders that are looked into for stacks: an app with more of them is no app but a disk. */
const FOLDERS_MAX = 10_000

/** The config file of a folder, absolute; null when it has none. Rejects with `CONFIG_INVALID` when it has two. */
export async function rootFileIn(folder: string): Promise<string | null> {
  const files = ROOT_FILES.map((name) => join(resolve(folder), name))
  const there = await Promise.all(files.map(isFile))
  const [file = null, other] = files.filter((_, at) => there[at])
  if (file !== null && other !== undefined) {
    const message = `${folder}: expected one config, got ${ROOT_FILES.filter((_, at) => there[at]).join(' and ')}; remove all but one`
    throw new RotaError('CONFIG_INVALID', message, { facts: { file, problems: [] } })
  }
  return file
}

/** The config file of a folder or of the nearest folder above it; null when there is none. */
export async function nearestRootFile(folder: string): Promise<string | null> {
  const at = resolve(folder)
  const file = await rootFileIn(at)
  if (file !== null || dirname(at) === at) return file
  return nearestRootFile(dirname(at))
}

/** The root file that is meant by a path: the file itself, or the one in the folder. Rejects with `CONFIG_INVALID` when there is none. */
export async function rootFileAt(path: string): Promise<string> {
  const file = (await isFile(path)) ? resolve(path) : await rootFileIn(path)
  if (file !== null) return file
  const message = `${path}: expected ${ROOT_FILES.join(', ')} there, got none of them; \`rota init\` makes a first one`
  throw new RotaError('CONFIG_INVALID', message, { facts: { file: null, problems: [] } })
}

/**
 * The files of single stacks in a folder and below, in the order of their paths. Not looked into: `node_modules`, folders that
 * begin with a dot, links, and folders with a config of their own, which are other apps. null: there are too many folders.
 */
export async function stackFilesBelow(folder: string, signal?: AbortSignal): Promise<readonly string[] | null> {
  const found: string[] = []
  const open = [folder]
  for (let seen = 0; open.length > 0; seen++) {
    if (seen === FOLDERS_MAX) return null
    signal?.throwIfAborted()
    const at = open.pop() ?? folder
    const entries = await entriesIn(at)
    if (at !== folder && entries.some((entry) => ROOT_FILES.some((name) => entry.isFile() && entry.name === name)))
      continue
    for (const entry of entries) {
      if (entry.isFile() && STACK_FILES.includes(entry.name)) found.push(join(at, entry.name))
      if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
        open.push(join(at, entry.name))
    }
  }
  return found.sort()
}

/** The folder `tasks` beside a config, when it holds schedules by file; null when it does not. */
export async function tasksDirIn(folder: string): Promise<string | null> {
  const tasks = join(folder, 'tasks')
  const names = (await entriesIn(tasks)).map(({ name }) => name)
  return names.some((name) => /\.json$/i.test(name) && !name.startsWith('.')) ? tasks : null
}

/** Nothing for a folder that cannot be read: it holds nothing for us. */
async function entriesIn(folder: string): Promise<readonly Entry[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

interface Entry {
  readonly name: string
  isFile(): boolean
  isDirectory(): boolean
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
