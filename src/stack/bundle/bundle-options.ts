import { join } from 'node:path'
import type { SourceCode } from '../../config/app-config.js'
import { bundlePlugins } from './bundle-plugins.js'
import type { SourceTarget } from './bundle-target.js'

/**
 * Packages of CommonJS ask for `require`, `__dirname` and `__filename`, which a module has not. esbuild renames what a user's own module
 * declares under these names.
 */
const BANNER = [
  "import { createRequire as __rotaRequire } from 'node:module'",
  'const require = __rotaRequire(import.meta.url), __rotaFolder = import.meta.dirname, __rotaFile = import.meta.filename',
].join(';')

/**
 * How a consumer is bundled: one ES module with a source map. rota itself stays outside: the bundle must meet the very copy that runs
 * it. Names of functions and classes survive `minify`, since errors and logs tell them.
 */
export function bundleOptions(code: SourceCode, root: string, folder: string): object {
  return {
    absWorkingDir: root,
    entryPoints: [code.file],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minify: code.minify,
    keepNames: true,
    charset: 'utf8',
    external: ['rota', ...code.external],
    banner: { js: BANNER },
    define: { __dirname: '__rotaFolder', __filename: '__rotaFile' },
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
    plugins: bundlePlugins(code, root),
  }
}

/** What a build depends on beside its inputs, as text. */
export function optionsText({ code, handler }: SourceTarget, esbuildVersion: string): string {
  const { external, file, importAsString, minify, moduleSideEffects } = code
  return JSON.stringify([2, esbuildVersion, BANNER, handler, file, minify, external, importAsString, moduleSideEffects])
}
