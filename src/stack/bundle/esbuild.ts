import { loadEsbuild } from '../../config/esbuild.js'

/** What we ask of esbuild. */
export interface Esbuild {
  readonly version: string
  build(options: object): Promise<EsbuildResult>
}

export interface EsbuildResult {
  readonly outputFiles?: readonly { readonly path: string; readonly text: string }[] | undefined
  readonly metafile?: EsbuildMetafile | undefined
}

/** What went into a build and what came of it. */
export interface EsbuildMetafile {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly outputs: Readonly<Record<string, EsbuildOutput>>
}

export interface EsbuildOutput {
  readonly exports: readonly string[]
  /** From the folder of the app; the source map has none. */
  readonly entryPoint?: string | undefined
  readonly imports: readonly { readonly external?: boolean | undefined }[]
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
export async function loadBundler(): Promise<Esbuild> {
  return loadEsbuild<Esbuild>({ needs: 'tasks of a stack are bundled by' })
}
