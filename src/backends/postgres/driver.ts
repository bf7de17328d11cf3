import { RotaError } from '../../model/errors.js'
import type { PgModule, PgPool } from './client-types.js'
import { ignore } from './lent-client.js'

/** Codes of an `import()` that found nothing, and not of a module that broke while loading. */
const MISSING = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'])

/** As many as `pg` takes itself: calls of one process wait for a free one. */
const CONNECTIONS_MAX = 10

/** A server that does not answer a connection in this time is not there. */
const CONNECT_TIMEOUT_MS = 5_000

/** Peers that vanished without a word are noticed by the operating system. */
const KEEP_ALIVE_AFTER_MS = 10_000

/**
 * An enqueue and the claim that follows it find a connection each that has the plans of its statements: the first calls on a new one
 * take 10 to 20 ms. Those beyond are let go of when they have idled for so long.
 */
const CONNECTIONS_MIN = 2
const IDLE_MS = 300_000

/** Makes a pool with the `pg` package. Rejects with `BACKEND_MISSING`, saying what to install, when it is not there. */
export async function openPool(url: string): Promise<PgPool> {
  const { Pool } = await loadDriver()
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    min: CONNECTIONS_MIN,
    idleTimeoutMillis: IDLE_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // A program that has enqueued and is done ends, also when nobody closes the store, as behind `Task`.
    allowExitOnIdle: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    application_name: 'rota',
  })
  // Whoever cares listens too. A pool says that it has ended before its connections have, and those may still break.
  pool.on('error', ignore)
  return pool
}

async function loadDriver(): Promise<PgModule> {
  const name = 'pg'
  try {
    const module = (await import(name)) as { readonly default: PgModule }
    return module.default
  } catch (error) {
    if (!MISSING.has((error as { code?: string }).code ?? '')) throw error
    throw new RotaError('BACKEND_MISSING', 'the PostgreSQL store needs the package "pg"; run "npm install pg"', {
      facts: { install: 'pg' },
      cause: error,
    })
  }
}
