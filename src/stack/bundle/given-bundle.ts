import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { RotaError } from '../../model/errors.js'

const ENDINGS = ['.mjs', '.js', '.cjs'] as const

/** The file of a bundle that somebody else has made: `index.mjs`, `.js` or `.cjs` for the handler `index.default`. */
export async function givenFile(task: string, folder: string, handler: string): Promise<string> {
  const module = handler.split('.')[0] ?? ''
  for (const ending of ENDINGS) {
    const file = join(folder, module + ending)
    if ((await stat(file).catch(() => null))?.isFile() === true) return file
  }
  const expected = ENDINGS.map((ending) => module + ending).join(', ')
  const message = `task "${task}" has no bundle: expected one of ${expected} in ${folder}`
  throw new RotaError('BUNDLE_FAILED', message, { facts: { task, folder, problems: [] } })
}
