import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { FailedError } from './exit.js'
import { stackNameOf, starterFiles, type StarterVersions } from './starter-files.js'

/** A new app. */
export interface Starter {
  /** Absolute. */
  readonly folder: string
  /** What its stack is called on record: its task is `<stack>:hello`. */
  readonly stack: string
  /** What was written, by name. */
  readonly files: readonly string[]
  /** Packages that the `package.json` that was there does not name. */
  readonly missing: readonly string[]
}

/** What npm makes before anything can be installed: it is left as it is, and what it lacks is told. */
const KEPT = 'package.json'

/** Packages that an app is run and compiled with, beside rota itself, which is at hand where this runs. */
const NEEDED = ['esbuild', 'typescript', '@types/node'] as const

/**
 * Writes the smallest app into a folder, which is made when it is not there. Never overwrites: when any of its files is there, it
 * says which, and writes nothing. A `package.json` stays as it is.
 */
export async function writeStarter(path: string, versions: StarterVersions): Promise<Starter> {
  const folder = resolve(path)
  const all = starterFiles(basename(folder), versions)
  const there = await existing(folder, Object.keys(all))
  const inTheWay = there.filter((name) => name !== KEPT)
  if (inTheWay.length > 0) throw filesExist(folder, inTheWay)
  const files = Object.entries(all).filter(([name]) => !there.includes(name))
  for (const [name, text] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    // Never over a file that came in between.
    await writeFile(join(folder, name), text, { flag: 'wx' })
  }
  const missing = there.includes(KEPT) ? missingIn(await readFile(join(folder, KEPT), 'utf8')) : []
  return { folder, stack: stackNameOf(basename(folder)), files: files.map(([name]) => name), missing }
}

async function existing(folder: string, names: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(names.map((name) => isThere(join(folder, name))))
  return names.filter((_, at) => found[at])
}

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

/** What an app needs and a `package.json` does not name. One that cannot be read is npm's to tell. */
function missingIn(text: string): readonly string[] {
  const { dependencies, devDependencies } = parsed(text)
  const named = new Set([...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})])
  return NEEDED.filter((name) => !named.has(name))
}

function parsed(text: string): { readonly dependencies?: object; readonly devDependencies?: object } {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

function filesExist(folder: string, names: readonly string[]): FailedError {
  const message = `${folder}: expected none of the files of a new app, got ${names.join(', ')}; nothing was written. Move them away, or give another folder: rota init DIR`
  return new FailedError(message)
}
