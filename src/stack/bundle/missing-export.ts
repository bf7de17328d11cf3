import type { BuildProblem } from './build-error.js'
import type { EsbuildMetafile } from './esbuild.js'

/**
 * What is wrong with a bundle that does not export its handler; null when it may. Every job would spend all its tries on it, and while
 * a source is being written an empty file is a common sight.
 */
export function missingExport(handler: string, metafile: EsbuildMetafile | undefined): BuildProblem | null {
  const name = handler.split('.')[1] ?? ''
  const output = Object.values(metafile?.outputs ?? {}).find(({ entryPoint }) => entryPoint !== undefined)
  if (output === undefined || output.exports.includes(name)) return null
  if (name !== 'default') {
    // It may be a member of what CommonJS exports, or come by `export * from` a package that is not bundled.
    const isHidden = output.exports.includes('default') || output.imports.some(({ external }) => external === true)
    if (isHidden) return null
  }
  const got = output.exports.length === 0 ? 'no exports' : output.exports.join(', ')
  const text = `expected a function exported as "${name}", got ${got}`
  return { file: output.entryPoint ?? null, line: null, column: null, text }
}
