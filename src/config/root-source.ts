import { dirname, isAbsolute, join } from 'node:path'
import type { AppConfig } from './app-config.js'
import { readJsonc } from './jsonc-source.js'
import type { Problems } from './problems.js'
import { type ConfigSource, membersOf, valueAt } from './source.js'

/** What the root file of an app holds, not judged yet, and the files that it is made of. */
export interface RootSource {
  /** null: it says nothing that can be judged, and the problems know why. */
  readonly source: ConfigSource | null
  readonly files: readonly string[]
}

/** Reads a root file: JSON, or a program that exports the same. */
export async function readRoot(file: string, problems: Problems, signal: AbortSignal | undefined): Promise<RootSource> {
  if (!/\.[cm]?[jt]s$/.test(file)) return { source: await readJsonc(file, problems, signal), files: [file] }
  const { readModule } = await import('./module-source.js')
  const read = await readModule(file, problems)
  return { source: read?.source ?? null, files: [...new Set([file, ...(read?.files ?? [])])] }
}

/** The stores that a root file names: whatever is text; a relative SQLite file counts from the folder of the config. */
export function storesOf({ file, value }: ConfigSource): Pick<AppConfig, 'url' | 'contexts'> {
  const folder = dirname(file)
  const url = valueAt(value, ['url'])
  const contexts = membersOf(valueAt(value, ['contexts'])).filter((entry) => typeof entry[1] === 'string')
  return {
    url: typeof url === 'string' ? resolveUrl(url, folder) : null,
    contexts: Object.fromEntries(contexts.map(([name, one]) => [name, resolveUrl(String(one), folder)])),
  }
}

function resolveUrl(url: string, folder: string): string {
  const [, path] = /^sqlite:(?!\/\/)(.+)$/.exec(url) ?? []
  return path === undefined || isAbsolute(path) ? url : `sqlite:${join(folder, path)}`
}
