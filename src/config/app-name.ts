import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { RotaError } from '../model/errors.js'

/** For a folder without a name that can be used, such as the root. */
const NAMELESS = 'app'

/**
 * What the app in `folder` is called: as it says itself, or else the name in its `package.json` without the scope, or else the name
 * of the folder; what no schedule may be called with becomes `-`. Rejects with `TASK_FILES_INVALID` for a `package.json` that cannot be read: another
 * name would be another set of schedules beside the first.
 */
export async function appNameOf(folder: string, given = ''): Promise<string> {
  return legal(given) ?? legal(await packageName(join(folder, 'package.json'))) ?? legal(basename(folder)) ?? NAMELESS
}

async function packageName(file: string): Promise<string> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (typeof parsed !== 'object' || parsed === null || !('name' in parsed)) return ''
    return typeof parsed.name === 'string' ? parsed.name : ''
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return ''
    const message = `package.json: expected to find the name of the app there, got ${textOf(cause)}; put it right or give the name`
    throw new RotaError('TASK_FILES_INVALID', message, { facts: { file, problems: [] }, cause })
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function legal(name: string): string | null {
  const unscoped = name.replace(/^@[^/]*\//, '')
  const text = unscoped.replaceAll(/[^A-Za-z0-9_:.-]+/g, '-').replace(/^[:.-]+|[:.-]+$/g, '')
  return text === '' ? null : text.toLowerCase()
}
