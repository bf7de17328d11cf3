import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { esbuildMessages, loadEsbuild } from './esbuild.js'
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

/** Bundles a config; packages stay outside. null: it cannot be, and `problems` know why. */
export async function bundleModule(file: string, problems: Problems): Promise<BundledModule | null> {
  const esbuild = await loadEsbuild<Esbuild>({
    needs: `${file}: a config in TypeScript needs`,
    instead: ', or write rota.json',
    facts: { file },
  })
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
    const messages = esbuildMessages(error)
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
