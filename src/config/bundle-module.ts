import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { RotaError } from '../model/errors.js'
import type { Problems } from './problems.js'

/** A module with everything of its own app in one text. */
export interface BundledModule {
  readonly code: string
  /** The module as it is written. */
  readonly text: string
  /** The files that went into it, from its folder. */
  readonly inputs: readonly string[]
}

/** What we ask of esbuild. */
interface Esbuild {
  build(options: object): Promise<BuildResult>
}

interface BuildResult {
  readonly outputFiles?: readonly { readonly text: string }[] | undefined
  readonly metafile?: { readonly inputs: Readonly<Record<string, unknown>> } | undefined
}

/** A mistake as esbuild tells it; columns count from 0. */
interface BuildMessage {
  readonly text: string
  readonly location: { readonly line: number; readonly column: number } | null
}

/** Bundles a config; packages stay outside. null: it cannot be, and `problems` know why. */
export async function bundleModule(file: string, problems: Problems): Promise<BundledModule | null> {
  const esbuild = await loadEsbuild(file)
  try {
    const { outputFiles, metafile } = await esbuild.build({
      entryPoints: [file],
      absWorkingDir: dirname(file),
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      sourcemap: 'inline',
      logLevel: 'silent',
      // The temporary module lies elsewhere.
      define: {
        'import.meta.url': JSON.stringify(pathToFileURL(file).href),
        'import.meta.filename': JSON.stringify(file),
        'import.meta.dirname': JSON.stringify(dirname(file)),
      },
    })
    const code = outputFiles?.[0]?.text ?? ''
    return { code, text: await readFile(file, 'utf8'), inputs: Object.keys(metafile?.inputs ?? {}) }
  } catch (error) {
    const messages = messagesOf(error)
    if (messages.length === 0) throw error
    for (const { text, location } of messages) {
      const place = { line: location?.line ?? null, column: location === null ? null : location.column + 1 }
      // What it found instead may be a text that is a secret.
      const reason = `expected a module that can be bundled, got: ${text.replace(/ but found [^]*$/, '')}`
      problems.add({ file, ...place, path: '', reason })
    }
    return null
  }
}

async function loadEsbuild(file: string): Promise<Esbuild> {
  const name = 'esbuild'
  try {
    return (await import(name)) as Esbuild
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    const message = `${file}: a config in TypeScript needs the package "esbuild"; run "npm install --save-dev esbuild", or write rota.json`
    throw new RotaError('BUNDLER_MISSING', message, { facts: { file, install: 'esbuild' }, cause })
  }
}

function messagesOf(error: unknown): readonly BuildMessage[] {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
    ? (error.errors as BuildMessage[])
    : []
}
