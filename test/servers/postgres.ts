import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Which server a test asks for: the one that comes with npm, or the one of the system. */
export type ServerKind = 'embedded' | 'debian'

/** A cluster is made in a second; a system may have to install it first, which a slow one does in minutes. */
const PATIENCE_MS = 300_000
const LOOK_MS = 50

/** Servers by kind, one for all test files of a run. */
const asked = new Map<ServerKind, Promise<string | null>>()

/**
 * The address of a PostgreSQL server for tests, started by whichever test file of the run asks first and taken away when the run has
 * ended, also by a crash. null where none can be had, said aloud; under `CI=true` that is an error.
 * `ROTA_TEST_POSTGRES_URL` names a server to use in place of the first kind, and then there is none of the second.
 */
export async function postgresServer(kind: ServerKind): Promise<string | null> {
  const given = process.env['ROTA_TEST_POSTGRES_URL']
  if (given !== undefined && given !== '') return kind === 'embedded' ? given : null
  let url = asked.get(kind)
  if (url === undefined) asked.set(kind, (url = find(kind)))
  return url
}

async function find(kind: ServerKind): Promise<string | null> {
  // Test files run in processes of their own, whose parent is the run.
  const folder = join(tmpdir(), `rota-test-postgres-${kind}-${process.ppid}`)
  if (isMade(folder)) startGuard(kind, folder)
  return urlOrNull(kind, await ready(join(folder, 'ready.json')))
}

/** What the guard of a server says: where it is, or why it is not. */
interface Answer {
  readonly url?: string
  readonly missing?: string
}

/** A test that is skipped where nobody looks has proven nothing: under `CI=true` a missing server is an error. */
export function urlOrNull(
  kind: ServerKind,
  { url, missing }: Answer,
  isCi = process.env['CI'] === 'true',
): string | null {
  if (url !== undefined) return url
  const message = `no PostgreSQL server (${kind}): ${missing ?? 'unknown reason'}`
  if (isCi) throw new Error(message)
  process.stderr.write(`SKIPPED: ${message}\n`)
  return null
}

/** True for the one that made the folder, which is the lock. */
function isMade(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false
    throw error
  }
}

function startGuard(kind: ServerKind, folder: string): void {
  const guard = fileURLToPath(new URL('guard-postgres.mjs', import.meta.url))
  spawn(process.execPath, [guard, kind, folder, String(process.ppid)], { detached: true, stdio: 'ignore' }).unref()
}

async function ready(file: string): Promise<Answer> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Answer
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  return { missing: `it did not come up in ${PATIENCE_MS / 1000} s` }
}
