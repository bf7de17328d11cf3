import { readdir } from 'node:fs/promises'
import { basename, extname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Runner } from './runner.js'

/** Where runners come from: a directory, or a module that was imported or required. */
export type RunnerSource = string | URL | object

const EXTENSIONS: ReadonlySet<string> = new Set(['.js', '.mjs', '.cjs'])
/** What Node and compilers export beside what the module does: its whole. */
const NAMELESS: ReadonlySet<string> = new Set(['default', 'module.exports'])
const INDEX_FILES = ['index.js', 'index.mjs', 'index.cjs']

/**
 * Finds runners: the functions that a module exports, by their names. Of a directory that is its `index.js`; one without it has a
 * module for each type, whose default export is the runner, called after its file. ES modules and CommonJS, told apart by Node.
 */
export async function findRunners(source: RunnerSource): Promise<ReadonlyMap<string, Runner>> {
  const isPath = typeof source === 'string' || source instanceof URL
  const runners = isPath ? await fromDirectory(toPath(source)) : functionsOf(source)
  if (runners.size > 0) return runners
  const where = isPath ? `in ${String(source)}` : 'in a module without any'
  throw new TypeError(`loadRunners: expected functions that are exported by name, got none ${where}`)
}

function toPath(source: string | URL): string {
  const isUrl = source instanceof URL || source.startsWith('file:')
  return isUrl ? fileURLToPath(source) : resolve(source)
}

async function fromDirectory(directory: string): Promise<ReadonlyMap<string, Runner>> {
  const files = (await readdir(directory)).filter((file) => EXTENSIONS.has(extname(file))).sort()
  const index = INDEX_FILES.find((file) => files.includes(file))
  if (index !== undefined) return functionsOf(await load(join(directory, index)))
  const found = new Map<string, Runner>()
  for (const file of files) {
    const module = await load(join(directory, file))
    const alone: unknown = 'default' in module ? module.default : undefined
    const runners =
      typeof alone === 'function' ? [[basename(file, extname(file)), alone as Runner] as const] : functionsOf(module)
    for (const [type, runner] of runners) {
      if (found.has(type)) throw new TypeError(`loadRunners: expected each type once, got "${type}" again in ${file}`)
      found.set(type, runner)
    }
  }
  return found
}

async function load(file: string): Promise<object> {
  return (await import(pathToFileURL(file).href)) as object
}

/** What is exported by name, and what a CommonJS module exports as a whole: Node cannot see each of those names by itself. */
function functionsOf(module: object): ReadonlyMap<string, Runner> {
  const whole: unknown = 'default' in module ? module.default : undefined
  const exported = [
    ...Object.entries(module),
    ...(typeof whole === 'object' && whole !== null ? Object.entries(whole) : []),
  ]
  return new Map(
    exported.filter((entry): entry is [string, Runner] => typeof entry[1] === 'function' && !NAMELESS.has(entry[0])),
  )
}
