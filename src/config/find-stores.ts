import { dirname } from 'node:path'
import type { AppConfig } from './app-config.js'

/** Which stores the nearest config names. */
export type ConfigStores = Pick<AppConfig, 'app' | 'file' | 'folder' | 'url' | 'contexts'>

/**
 * The stores that the config of `folder`, or of the nearest folder above it, names; null when there is none. Nothing else of it is
 * judged: who looks at jobs must not be kept from it by a mistake in a task. Rejects with `CONFIG_INVALID` for a file that cannot be read.
 */
export async function findStores(folder: string): Promise<ConfigStores | null> {
  const { nearestRootFile } = await import('./find-files.js')
  const file = await nearestRootFile(folder)
  if (file === null) return null
  const [{ readRoot, storesOf }, { Problems }, { appNameOf }, { valueAt }] = await Promise.all([
    import('./root-source.js'),
    import('./problems.js'),
    import('./app-name.js'),
    import('./source.js'),
  ])
  const problems = new Problems()
  const { source } = await readRoot(file, problems, undefined)
  const at = { file, folder: dirname(file) }
  if (source === null) throw problems.invalid(at)
  const app = valueAt(source.value, ['app'])
  return { ...at, app: await appNameOf(at.folder, typeof app === 'string' ? app : undefined), ...storesOf(source) }
}
