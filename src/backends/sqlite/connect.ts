import { accessSync, closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { SqliteDatabase } from './client-types.js'
import { busyError, isBusy, toRotaError } from './errors.js'
import { migrate } from './migrations/migrate.js'
import type { ResolvedOptions } from './options.js'

/**
 * How the file is used. Measured on 2 shared cores with Node 20 and SQLite 3.53, batches of 200 and 500:
 * - pages of 4,096 bytes: 2,048 cost 6 % and 1,024 cost 20 % more CPU, 8,192 write more for nothing;
 * - a cache of 16 MB: beyond it nothing gains, and mapping the file gains nothing either;
 * - a checkpoint after a burst, and each 1,500 pages between two commits of it (checkpoints.ts), which SQLite makes by itself at 3,000: 4,000 and
 *   8,000 gain nothing, and each then holds the event loop for longer; made by a thread they gain 3 % at most (docs/architecture.md).
 * `busy_timeout` is 0 because waiting is the write queue's, from a timer.
 */
const SETTINGS = `
  PRAGMA busy_timeout = 0;
  PRAGMA cache_size = -16000;
  PRAGMA wal_autocheckpoint = 3000;
  PRAGMA journal_size_limit = 16777216;
  PRAGMA temp_store = MEMORY;
  PRAGMA foreign_keys = OFF;
  PRAGMA trusted_schema = OFF;
  PRAGMA fullfsync = ON;
  PRAGMA checkpoint_fullfsync = ON`

/** A pause between attempts to get at a file that another process is setting up. */
const RETRY_MS = 10

/** Opens the file, makes it if it is not there, and brings its schema up to date. */
export async function connect(
  options: ResolvedOptions,
  openHandle: (file: string) => Promise<SqliteDatabase>,
  signal?: AbortSignal,
): Promise<SqliteDatabase> {
  const { file, clock, random, busyTimeoutMs } = options
  const since = clock.monotonic()
  const database = await openFile(file, openHandle)
  for (;;) {
    try {
      signal?.throwIfAborted()
      configure(database, options)
      migrate(database, file)
      return database
    } catch (error) {
      const waitedMs = clock.monotonic() - since
      if (isBusy(error) && waitedMs < busyTimeoutMs) {
        await clock.sleep(RETRY_MS * (0.5 + random.next()))
        continue
      }
      database.close()
      throw isBusy(error) ? busyError(file, waitedMs, error) : toRotaError(error, file)
    }
  }
}

async function openFile(file: string, openHandle: (file: string) => Promise<SqliteDatabase>): Promise<SqliteDatabase> {
  try {
    mkdirSync(dirname(file), { recursive: true })
    makeFile(file)
    return await openHandle(file)
  } catch (error) {
    throw toRotaError(error, file)
  }
}

/**
 * Makes the file when it is not there, because SQLite gives its other files the mode of this one.
 *
 * One that is there is never opened: to close it again would drop the locks that this process holds on it, those of its other
 * connections too (sqlite.org/howtocorrupt.html, 2.2). Another program that closes the file then takes itself for the last, and
 * removes the log with all that they write from then on.
 */
function makeFile(file: string): void {
  const isThere = statSync(file, { throwIfNoEntry: false })?.isFile() === true
  if (isThere) accessSync(file, constants.R_OK | constants.W_OK)
  else closeSync(openSync(file, 'a', 0o600))
}

function configure(database: SqliteDatabase, { durability }: ResolvedOptions): void {
  database.exec(SETTINGS)
  database.exec('PRAGMA journal_mode = WAL')
  database.exec(`PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`)
}
