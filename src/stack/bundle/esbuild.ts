import { RotaError } from '../../model/errors.js'

/** What we ask of esbuild. */
export interface Esbuild {
  readonly version: string
  build(options: object): Promise<EsbuildResult>
  context(options: object): Promise<EsbuildContext>
}

/** A build that can be repeated, and reads again only what has changed. */
export interface EsbuildContext {
  rebuild(): Promise<EsbuildResult>
  dispose(): Promise<void>
}

export interface EsbuildResult {
  readonly outputFiles?: readonly { readonly path: string; readonly text: string }[] | undefined
  readonly metafile?: { readonly inputs: Readonly<Record<string, unknown>> } | undefined
}

/** A mistake as esbuild tells it; lines count from 1, columns from 0. */
export interface EsbuildMessage {
  readonly text: string
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | null
}

/** What a plugin of ours needs. */
export interface PluginBuild {
  onLoad(
    options: { readonly filter: RegExp },
    load: (args: { readonly path: string }) => Promise<{ readonly contents: string; readonly loader: 'text' }>,
  ): void
  onResolve(
    options: { readonly filter: RegExp },
    resolve: (args: ResolveArgs) => Promise<Readonly<Record<string, unknown>> | undefined>,
  ): void
  resolve(path: string, options: object): Promise<Readonly<Record<string, unknown>>>
}

export interface ResolveArgs {
  readonly path: string
  readonly importer: string
  readonly namespace: string
  readonly resolveDir: string
  readonly kind: string
  readonly pluginData: unknown
}

export interface Plugin {
  readonly name: string
  setup(build: PluginBuild): void
}

/** The esbuild of the user. `BUNDLER_MISSING` says how to get it. */
export async function loadEsbuild(): Promise<Esbuild> {
  const name = 'esbuild' // a computed name: an optional peer must not be looked for by whoever compiles or bundles rota
  try {
    return (await import(name)) as Esbuild
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    const message = 'tasks of a stack are bundled by the package "esbuild"; run "npm install --save-dev esbuild"'
    throw new RotaError('BUNDLER_MISSING', message, { facts: { install: 'esbuild' }, cause })
  }
}
