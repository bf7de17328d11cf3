import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { RawFunction } from './functions-in.js'
import { describeGiven, type Problems } from './problems.js'
import { type ConfigPath, isObject } from './source.js'

/** Tells source files and bundles that are not there. */
export async function judgeFiles(functions: readonly RawFunction[], problems: Problems): Promise<void> {
  // One after another, so that an app of a thousand functions does not hold a thousand files open.
  for (const { source, path, value } of functions) {
    for (const { at, text, kind } of filesOf(path, value)) {
      const got = await kindOf(resolve(dirname(source.file), text))
      if (got === kind) continue
      const shown = describeGiven(text, at)
      problems.tell(
        source,
        at,
        `expected a ${kind} that there is, got ${shown}, which is ${got === null ? 'not there' : `a ${got}`}`,
      )
    }
  }
}

interface NamedFile {
  readonly at: ConfigPath
  readonly text: string
  readonly kind: 'file' | 'folder'
}

function filesOf(path: ConfigPath, value: unknown): readonly NamedFile[] {
  if (typeof value === 'string') return [{ at: path, text: value, kind: 'file' }]
  if (!isObject(value)) return []
  const at = [...path, 'code']
  const { code } = value as { readonly code?: unknown }
  if (typeof code === 'string') return [{ at, text: code, kind: 'file' }]
  if (!isObject(code)) return []
  const { file, bundle } = code as { readonly file?: unknown; readonly bundle?: unknown }
  return [
    ...(typeof file === 'string' ? [{ at: [...at, 'file'], text: file, kind: 'file' as const }] : []),
    ...(typeof bundle === 'string' ? [{ at: [...at, 'bundle'], text: bundle, kind: 'folder' as const }] : []),
  ].filter(({ text }) => text !== '' && !text.includes('\0'))
}

async function kindOf(file: string): Promise<'file' | 'folder' | null> {
  try {
    const entry = await stat(file)
    return entry.isDirectory() ? 'folder' : 'file'
  } catch {
    return null // whatever the reason, nothing can be read there
  }
}
