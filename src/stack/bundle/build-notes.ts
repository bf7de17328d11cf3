import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { EpochMs } from '../../model/units.js'

/** Files that change what an import means, wherever they lie above a source file. */
const RULES = ['package.json', 'tsconfig.json'] as const

/** The state of one file when it was read. */
interface NotedFile {
  readonly path: string
  /** null: it was not there. */
  readonly state: { readonly bytes: number; readonly changedAt: number; readonly hash: string } | null
}

/** What is remembered of a build, so that it need not be repeated. */
export interface BuildNotes {
  readonly options: string
  /** Its name in the folder of the notes. */
  readonly file: string
  readonly inputs: readonly NotedFile[]
}

/** Reads the notes that lie beside the builds; null when there are none that can be read. */
export async function readNotes(folder: string): Promise<BuildNotes | null> {
  try {
    const notes = JSON.parse(await readFile(notesFile(folder), 'utf8')) as Partial<BuildNotes>
    return typeof notes.options === 'string' && typeof notes.file === 'string' && Array.isArray(notes.inputs)
      ? (notes as BuildNotes)
      : null
  } catch {
    return null
  }
}

export function notesFile(folder: string): string {
  return join(folder, 'build.json')
}

/** Notes the state of every input; null when one changed after the build began: then nobody knows what was read. */
export async function noteInputs(inputs: readonly string[], since: EpochMs): Promise<readonly NotedFile[] | null> {
  const noted = await Promise.all(inputs.map(noteFile))
  return noted.some(({ state }) => state !== null && state.changedAt >= since) ? null : noted
}

/** Whether every input is as it was. Asks for the time of each file first, and reads only what was touched. */
export async function areUnchanged(inputs: readonly NotedFile[]): Promise<boolean> {
  const answers = await Promise.all(inputs.map(isUnchanged))
  return answers.every(Boolean)
}

/** The inputs that esbuild does not name: the rules of every folder from the app down to each of its own sources. */
export function rulesAbove(files: readonly string[], root: string): readonly string[] {
  const folders = new Set<string>([root])
  for (const file of files) {
    const isOwn = !relative(root, file).startsWith('..') && !/[\\/]node_modules[\\/]/.test(file)
    for (let folder = dirname(file); isOwn && !folders.has(folder); folder = dirname(folder)) folders.add(folder)
  }
  return [...folders].flatMap((folder) => RULES.map((rule) => join(folder, rule)))
}

async function noteFile(path: string): Promise<NotedFile> {
  try {
    const [{ mtimeMs, size }, content] = await Promise.all([stat(path), readFile(path)])
    return { path, state: { bytes: size, changedAt: mtimeMs, hash: hashOf(content) } }
  } catch {
    return { path, state: null }
  }
}

async function isUnchanged({ path, state }: NotedFile): Promise<boolean> {
  try {
    const { mtimeMs, size } = await stat(path)
    if (state?.bytes !== size) return false
    return state.changedAt === mtimeMs || hashOf(await readFile(path)) === state.hash
  } catch {
    return state === null
  }
}

/** Sixteen digits tell apart whatever one task will ever be built to. */
export function hashOf(...contents: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const content of contents) hash.update(content)
  return hash.digest('hex').slice(0, 16)
}
