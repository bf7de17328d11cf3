import type { AppConfig } from './app-config.js'
import type { ReadOptions } from './read-config.js'

/**
 * Reads and judges the config of `folder` or of the nearest folder above it; null when there is none. Source files need not be
 * there unless asked for: whoever looks around like this wants to know the store and the names.
 */
export async function findConfig(folder: string, options: ReadOptions = {}): Promise<AppConfig | null> {
  const { nearestRootFile } = await import('./find-files.js')
  const file = await nearestRootFile(folder)
  if (file === null) return null
  const { readConfig } = await import('./read-config.js')
  return readConfig(file, { filesMustExist: false, ...options })
}
