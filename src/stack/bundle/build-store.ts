import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import type { EsbuildResult } from './esbuild.js'
import { hashOf, notesFile } from './build-notes.js'
import type { BuildNotes } from './build-notes.js'

/** Builds of one task that are kept: children of the one before may still be starting, here and in other programs. */
const BUILDS_KEPT = 5

/** Tells the drafts of one thread apart. */
let drafts = 0

/** Writes a build under the hash of what is in it, its source map beside it; returns its name. */
export async function writeBuild(folder: string, result: EsbuildResult): Promise<string> {
  const text = (ending: string): string => result.outputFiles?.find(({ path }) => path.endsWith(ending))?.text ?? ''
  const [code, map] = [text('.mjs'), text('.map')]
  // The map too: lines may move where minified code does not.
  const file = `${hashOf(code, map)}.mjs`
  await mkdir(folder, { recursive: true })
  await replace(join(folder, `${file}.map`), map)
  await replace(join(folder, file), `${code}//# sourceMappingURL=${file}.map\n`)
  return file
}

export async function writeNotes(folder: string, notes: BuildNotes): Promise<void> {
  await replace(notesFile(folder), JSON.stringify(notes))
}

/** Removes all but the latest builds; `file` counts as the latest of all. */
export async function pruneBuilds(folder: string, file: string, now: Date): Promise<void> {
  await utimes(join(folder, file), now, now)
  const names = (await readdir(folder)).filter((name) => name.endsWith('.mjs'))
  const dated = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })),
  )
  const old = dated.sort((one, other) => other.at - one.at).slice(BUILDS_KEPT)
  for (const { name } of old) {
    await rm(join(folder, name), { force: true })
    await rm(join(folder, `${name}.map`), { force: true })
  }
}

/** Nobody ever reads half a file: several programs may build the same, and one program twice at a time. */
async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}-${threadId}-${++drafts}`
  await writeFile(draft, text)
  await rename(draft, file)
}
