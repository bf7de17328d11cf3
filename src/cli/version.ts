import { readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What is read of the `package.json` of this package. */
interface OwnPackage {
  readonly version: string
  readonly devDependencies: Readonly<Record<string, string>>
}

/** The version of this package. */
export function readVersion(): string {
  return readPackage().version
}

/**
 * What a new app asks for: the packages beside which this one was made, and this one as it was installed here: by its version, or from
 * the tarball that npm had it from, as a path from `folder` (absolute).
 */
export function readVersions(
  folder: string,
): Readonly<Record<'rota' | 'esbuild' | 'typescript' | 'nodeTypes', string>> {
  const { version, devDependencies: beside } = readPackage()
  const of = (name: string): string => beside[name] ?? '*'
  return {
    rota: installedFrom(folder) ?? `^${version}`,
    esbuild: of('esbuild'),
    typescript: of('typescript'),
    nodeTypes: of('@types/node'),
  }
}

/** npm notes beside what it has installed where that came from; null for what came from a registry. */
function installedFrom(folder: string): string | null {
  const project = fileURLToPath(new URL('../../../..', import.meta.url))
  try {
    const notes = JSON.parse(readFileSync(join(project, 'node_modules', '.package-lock.json'), 'utf8')) as Notes
    const [, path] = /^file:(.+\.tgz)$/.exec(notes.packages?.['node_modules/rota']?.resolved ?? '') ?? []
    return path === undefined ? null : `file:${relative(folder, join(project, path)).split(sep).join('/')}`
  } catch {
    return null
  }
}

interface Notes {
  readonly packages?: Readonly<Record<string, { readonly resolved?: string } | undefined>>
}

/** It lies two folders above both `src/cli` and `dist/cli`. */
function readPackage(): OwnPackage {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as OwnPackage
}
