import { access } from 'node:fs/promises'
import { parseBackendUrl } from '../app/backend-url.js'
import type { Clock } from '../model/clock.js'
import { RotaError } from '../model/errors.js'
import type { Backend } from '../port/backend.js'
import { chooseUrl } from './choose-url.js'
import { databaseOf } from './database-of.js'
import { FailedError, UsageError } from './exit.js'
import type { Host } from './host.js'
import { redactSecrets } from './redact.js'
import type { Connection, GlobalOptions } from './session.js'

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
    throw olderStore(error, url) ?? error
  }
  return { backend, shownUrl: redactSecrets(url), close: () => backend.close() }
}

/** Refuses a SQLite store that is not there: opening it would make one. */
export async function checkFileExists(url: string): Promise<void> {
  const file = sqliteFile(url)
  if (file === null) return
  try {
    await access(file)
  } catch {
    throw noStore(url)
  }
}

function noStore(url: string, cause?: unknown): FailedError {
  const makers = `${isPostgres(url) ? 'rota migrate, ' : 'rota '}task add, task cron add, queue add, work and scheduler create it`
  const message = `there is no store at ${redactSecrets(url)} yet; ${makers}`
  return new FailedError(`${message}; --url names another`, { cause })
}

/** A look at a store must not change it under the programs that use it; null for every other failure. */
function olderStore(error: unknown, url: string): FailedError | null {
  if (!RotaError.is(error) || error.code !== 'SCHEMA_OLDER') return null
  if (error.facts['found'] === 0) return noStore(url, error)
  const cure = isPostgres(url) ? 'rota migrate brings' : 'rota work and rota scheduler bring'
  const message = `the store at ${redactSecrets(url)} is that of an older version; ${cure} it up to date`
  return new FailedError(message, { cause: error })
}

/** A database has its schema made or brought up to date by a command of its own. */
function isPostgres(url: string): boolean {
  return databaseOf(url, undefined) !== null
}

/** The file of a SQLite URL; null for every other store. */
export function sqliteFile(url: string): string | null {
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
