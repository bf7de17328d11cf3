import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { AppConfig } from '../../config/app-config.js'
import { RotaError } from '../../model/errors.js'
import { declarationOf, OWN_BEGINNING } from './declaration.js'

/** What the declaration file is called when nobody says. */
const FILE_DEFAULT = 'rota.d.ts'

/** Where the declaration of a config belongs: beside its root file, unless `file` says otherwise. */
export function declarationFile(config: Pick<AppConfig, 'folder'>, file = FILE_DEFAULT): string {
  return resolve(config.folder, file)
}

/** What the declaration on disk was, compared to what it should be. */
export type DeclarationState = 'unchanged' | 'changed' | 'missing'

/** Looks whether the declaration at `file` is what the config says. Rejects when something stands there that rota has not written. */
export async function checkDeclaration(
  config: Pick<AppConfig, 'stacks'>,
  file: string,
): Promise<{ readonly state: DeclarationState; readonly text: string }> {
  const text = declarationOf(config, file)
  const before = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  if (before !== null && before.trim() !== '' && !before.startsWith(OWN_BEGINNING)) throw foreignFile(file)
  return { state: before === null ? 'missing' : before === text ? 'unchanged' : 'changed', text }
}

/**
 * Writes the declaration of a config to `file` (absolute) and says what was there before. One that is right is left alone, so that
 * no editor and no watching compiler starts over for nothing.
 */
export async function writeDeclaration(config: Pick<AppConfig, 'stacks'>, file: string): Promise<DeclarationState> {
  const { state, text } = await checkDeclaration(config, file)
  if (state === 'unchanged') return state
  await mkdir(dirname(file), { recursive: true })
  // A compiler that watches must never read half of it.
  const draft = join(dirname(file), `.rota-${process.pid}.d.ts.tmp`)
  try {
    await writeFile(draft, text)
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  return state
}

function foreignFile(file: string): RotaError {
  const what = `expected a declaration that begins with ${JSON.stringify(OWN_BEGINNING)}, got a file that somebody else has written`
  const message = `${file}: ${what}; move it away, or have rota write to another: rota types --out <file>`
  return new RotaError('CONFIG_INVALID', message, { facts: { file } })
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT'
}
