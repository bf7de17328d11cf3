import { access } from 'node:fs/promises'
import { parseBackendUrl } from '../app/backend-url.js'
import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { Backend } from '../port/backend.js'
import { urlOfContext, type NamedUrl } from './contexts.js'
import { FailedError, UsageError } from './exit.js'
import type { Host } from './host.js'
import { redactSecrets } from './redact.js'
import type { Connection, GlobalOptions } from './session.js'

/** Where jobs are when nobody says, the same as for `createRota()`. */
const URL_DEFAULT = 'sqlite:rota.db'

/** Which store, and whether it has to be there already. */
export interface ConnectParams {
  readonly options: GlobalOptions
  readonly host: Host
  readonly clock: Clock
  readonly store: 'existing' | 'created'
  readonly warn: (message: string) => void
}

/** Opens the store that options and environment name. A command that only reads never creates one, nor brings one up to date. */
export async function connect({ options, host, clock, store, warn }: ConnectParams): Promise<Connection> {
  const { url, warning } = await chooseUrl(options, host.env)
  if (warning !== null) warn(warning)
  const load = host.loadBackend ?? backendLoader(url, clock, store)
  if (store === 'existing') await checkFileExists(url)
  const backend = await load(url)
  try {
    await backend.open({ signal: host.signal })
  } catch (error) {
    await backend.close().catch(() => undefined) // what matters is why it did not open
    throw olderStore(error, redactSecrets(url)) ?? error
  }
  return { backend, shownUrl: redactSecrets(url), close: () => backend.close() }
}

/** An option goes before the environment, and there a URL before a context. */
async function chooseUrl(options: GlobalOptions, env: Host['env']): Promise<NamedUrl> {
  if (options.url !== undefined && options.context !== undefined) {
    throw new UsageError('--url and --context both name a store: give one of them')
  }
  if (options.url !== undefined) return { url: options.url, warning: null }
  if (options.context !== undefined) return urlOfContext(options.context, env)
  const [url, context] = [env['ROTA_URL'], env['ROTA_CONTEXT']]
  if (url !== undefined && url !== '') return { url, warning: null }
  if (context !== undefined && context !== '') return urlOfContext(context, env)
  return { url: URL_DEFAULT, warning: null }
}

async function checkFileExists(url: string): Promise<void> {
  const file = sqliteFile(url)
  if (file === null) return
  try {
    await access(file)
  } catch {
    throw noStore(url)
  }
}

function noStore(url: string, cause?: unknown): FailedError {
  const message = `there is no store at ${url} yet; rota task add, task cron add, queue add, work and scheduler create it`
  return new FailedError(`${message}; --url names another`, { cause })
}

/** A look at a store must not change it under the programs that use it; null for every other failure. */
function olderStore(error: unknown, url: string): FailedError | null {
  if (!RotaError.is(error) || error.code !== 'SCHEMA_OLDER') return null
  if (error.facts['found'] === 0) return noStore(url, error)
  const message = `the store at ${url} is that of an older version; rota work and rota scheduler bring it up to date`
  return new FailedError(message, { cause: error })
}

/** The file of a SQLite URL; null for every other store. */
function sqliteFile(url: string): string | null {
  if (!url.startsWith('sqlite:')) return null
  const path = url.slice('sqlite:'.length)
  return path.startsWith('//') ? path.slice('//'.length) : path
}

/** Reads the URL now and loads later, so that a bad URL is bad usage and no missing file. */
function backendLoader(url: string, clock: Clock, store: ConnectParams['store']): () => Promise<Backend> {
  const options = { migrate: store === 'created' }
  try {
    const { load } = parseBackendUrl(url)
    return () => load(clock, options).catch(asUsage)
  } catch (error) {
    return asUsage(error)
  }
}

/** A store is made of nothing but its URL. */
function asUsage(error: unknown): never {
  if (error instanceof TypeError) throw new UsageError(error.message, { cause: error })
  throw error
}
