import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundleModule } from './bundle-module.js'
import type { Problems } from './problems.js'
import { placesIn } from './module-places.js'
import type { ConfigSource } from './source.js'

/** Where temporary modules are kept, beside the config, so that what they import is found where the config would find it. */
const FOLDER = '.rota'

/** Distinguishes the modules of one process: a module that was imported once is never read again. */
let count = 0

/** A config that is a program, and the files that it is made of. */
export interface ModuleSource {
  readonly source: ConfigSource
  readonly files: readonly string[]
}

/**
 * Runs a config in TypeScript and reads what it exports by default. null: it says nothing that can be judged, and `problems`
 * know why. Rejects with `CONFIG_INVALID` when esbuild is not installed.
 */
export async function readModule(file: string, problems: Problems): Promise<ModuleSource | null> {
  const bundle = await bundleModule(file, problems)
  if (bundle === null) return null
  const folder = join(dirname(file), FOLDER)
  const module = join(folder, `config-${process.pid}-${++count}.mjs`)
  const refuse = (reason: string): null => {
    problems.add({ file, line: null, column: null, path: '', reason })
    return null
  }
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(module, bundle.code)
    const loaded = (await import(pathToFileURL(module).href)) as { readonly default?: unknown }
    if (loaded.default === undefined)
      return refuse('expected `export default defineConfig({ ... })`, got no default export')
    const value = loaded.default
    const { placeOf } = placesIn(bundle.text)
    const files = bundle.inputs.map((input) => resolve(dirname(file), input))
    return { source: { file, value, placeOf, lostDigits: () => null }, files }
  } catch (error) {
    // Its message is the program's own; its stack would name a file that is gone.
    return refuse(
      `expected a module that can be run, got ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
    )
  } finally {
    await rm(module, { force: true })
  }
}
