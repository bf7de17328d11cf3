import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as isolation from '../../src/isolation/create-isolated-runner.js'

const DIST = join(import.meta.dirname, '..', '..', 'dist')

/** The runner as it is built: its children are programs that Node runs as they are. */
export async function builtRunner(): Promise<typeof isolation> {
  const file = join(DIST, 'isolation', 'create-isolated-runner.js')
  if (!existsSync(file)) throw new Error(`${file} does not exist: run npm run build first`)
  return (await import(pathToFileURL(file).href)) as typeof isolation
}

export const HANDLERS = join(import.meta.dirname, 'handlers.mjs')
