import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from './exit.js'

/** Read and write by anyone but the owner. */
const OTHERS = 0o077

/** A store by its name, and what the user should hear about the file that names it. */
export interface NamedUrl {
  readonly url: string
  readonly warning: string | null
}

/** Looks a context up in `rota/contexts.json` of the user's configuration folder: `{ "contexts": { "NAME": { "url": "..." } } }`. */
export async function urlOfContext(name: string, env: Readonly<Record<string, string | undefined>>): Promise<NamedUrl> {
  const file = contextsFile(env)
  const urls = await readContexts(file)
  const url = urls.get(name)
  if (url === undefined) {
    const known = urls.size === 0 ? 'it names none' : `it names: ${[...urls.keys()].sort().join(', ')}`
    throw new UsageError(`unknown context ${JSON.stringify(name)} in ${file}; ${known}`)
  }
  return { url, warning: await exposureOf(file) }
}

function contextsFile(env: Readonly<Record<string, string | undefined>>): string {
  const home = env['HOME'] ?? homedir()
  return join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'rota', 'contexts.json')
}

async function readContexts(file: string): Promise<ReadonlyMap<string, string>> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new UsageError(`cannot read contexts from ${file}: ${code === 'ENOENT' ? 'there is no such file' : code}`)
  }
  const contexts = contextsIn(text)
  const urls = new Map<string, string>()
  for (const [name, value] of Object.entries(contexts ?? {})) {
    if (isObject(value) && typeof value['url'] === 'string') urls.set(name, value['url'])
  }
  if (contexts === null || urls.size < Object.keys(contexts).length) {
    throw new UsageError(`${file}: expected { "contexts": { "NAME": { "url": "sqlite:rota.db" } } }`)
  }
  return urls
}

function contextsIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(text)
    return isObject(parsed) && isObject(parsed['contexts']) ? parsed['contexts'] : null
  } catch {
    return null // its text may hold a password: the caller says what was expected and shows none of it
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** URLs hold passwords. Windows has no such bits. */
async function exposureOf(file: string): Promise<string | null> {
  if (process.platform === 'win32') return null
  const { mode } = await stat(file)
  return (mode & OTHERS) === 0 ? null : `${file} can be read by other users; make it yours alone with chmod 600`
}
