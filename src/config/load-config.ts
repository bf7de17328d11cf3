import type { AppConfig } from './app-config.js'
import type { ReadOptions } from './read-config.js'

/** How a config is loaded. */
export type LoadOptions = ReadOptions

/**
 * Reads and judges the config of an app: `path` is a `rota.json`, `rota.jsonc` or `rota.config.ts`, or the folder of one; the
 * `stack.json` files below it belong to it. Rejects with `CONFIG_INVALID` that tells everything that is wrong, each with its place,
 * and with `BUNDLER_MISSING` for a config in TypeScript without esbuild.
 */
export async function loadConfig(path: string, options: LoadOptions = {}): Promise<AppConfig> {
  // The schemas take longer to load than all of rota: only those wait who read a config.
  const [{ readConfig }, { rootFileAt }] = await Promise.all([import('./read-config.js'), import('./find-files.js')])
  return readConfig(await rootFileAt(path), options)
}
