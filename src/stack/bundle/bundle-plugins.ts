import { readFile } from 'node:fs/promises'
import type { SourceCode } from '../../config/app-config.js'
import type { Plugin } from './esbuild.js'
import { pathPattern } from './path-pattern.js'

/** Said to our own question, which must not be asked again. */
const ASKED = Symbol('asked')

/** What a consumer asks of its bundle that esbuild has no option for. */
export function bundlePlugins(code: SourceCode, root: string): readonly Plugin[] {
  const plugins: Plugin[] = []
  if (code.importAsString.length > 0) plugins.push(importAsString(pathPattern(code.importAsString, root)))
  if (code.moduleSideEffects.length > 0) plugins.push(moduleSideEffects(code.moduleSideEffects))
  return plugins
}

function importAsString(filter: RegExp): Plugin {
  return {
    name: 'import-as-string',
    setup: (build) =>
      build.onLoad({ filter }, async ({ path }) => ({ contents: await readFile(path, 'utf8'), loader: 'text' })),
  }
}

/** A package may say that its modules have no effect but what they export; these are kept all the same. */
function moduleSideEffects(modules: readonly string[]): Plugin {
  const names = modules.map((name) => name.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'))
  return {
    name: 'module-side-effects',
    setup: (build) =>
      build.onResolve({ filter: new RegExp(`^(?:${names.join('|')})(?:/|$)`) }, async (args) => {
        if (args.pluginData === ASKED) return undefined
        const { importer, kind, namespace, path, resolveDir } = args
        const found = await build.resolve(path, { importer, kind, namespace, resolveDir, pluginData: ASKED })
        return { ...found, sideEffects: true }
      }),
  }
}
