import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SqliteTx } from '../../src/backends/sqlite/client-types.js'
import type { SqliteOptions } from '../../src/backends/sqlite/options.js'
import { sqlite } from '../../src/backends/sqlite/sqlite-backend.js'
import type { Backend } from '../../src/port/backend.js'
import { FakeClock } from '../../src/time/fake-clock.js'

/** A SQLite store in a folder of its own, under a clock that the test moves unless it brings another. */
export class SqliteRig {
  readonly file: string
  readonly clock = new FakeClock()
  readonly #folder: string
  readonly #options: Omit<SqliteOptions, 'file'>
  #backend: Backend<SqliteTx>

  private constructor(options: Omit<SqliteOptions, 'file'>) {
    this.#folder = mkdtempSync(join(tmpdir(), 'rota-sqlite-'))
    this.file = join(this.#folder, 'jobs.db')
    this.#options = options
    this.#backend = this.#newBackend()
  }

  static async open(options: Omit<SqliteOptions, 'file'> = {}): Promise<SqliteRig> {
    const rig = new SqliteRig(options)
    await rig.#backend.open()
    return rig
  }

  get backend(): Backend<SqliteTx> {
    return this.#backend
  }

  /** Closes the store, and opens the file again as another process would. */
  async reopen(): Promise<Backend<SqliteTx>> {
    await this.#backend.close()
    this.#backend = this.#newBackend()
    await this.#backend.open()
    return this.#backend
  }

  /** Closes the store and removes what it left. */
  async close(): Promise<void> {
    await this.#backend.close()
    rmSync(this.#folder, { recursive: true })
  }

  #newBackend(): Backend<SqliteTx> {
    return sqlite({ file: this.file, clock: this.clock, ...this.#options })
  }
}
