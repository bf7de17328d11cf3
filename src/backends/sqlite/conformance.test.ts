import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { conformance } from '../../testing/conformance/conformance.js'
import type { DriverFaults } from '../../testing/conformance/target.js'
import { FakeClock } from '../../time/fake-clock.js'
import type { SqliteDatabase, SqliteStatement, SqliteTx } from './client-types.js'
import { openDatabase } from './driver.js'
import { sqlite, sqliteWith } from './sqlite-backend.js'

conformance<SqliteTx>(
  {
    name: 'sqlite',
    async create() {
      const clock = new FakeClock()
      const folder = mkdtempSync(join(tmpdir(), 'rota-sqlite-'))
      const file = join(folder, 'jobs.db')
      const driver = new FaultyDriver()
      return {
        backend: sqliteWith({ file, clock }, async (path) => driver.wrap(await openDatabase(path))),
        faults: driver,
        clock,
        second: async () => sqlite({ file, clock }),
        async beginTx() {
          const tx = await openDatabase(file)
          tx.exec('BEGIN IMMEDIATE')
          const end = (how: string) => async (): Promise<void> => {
            tx.exec(how)
            tx.close()
          }
          return { tx, commit: end('COMMIT'), rollback: end('ROLLBACK') }
        },
        destroy: async () => rmSync(folder, { recursive: true }),
      }
    },
    skip: [
      ...[
        'a chain of thousands becomes unreachable in one go',
        'a backlog of an unknown task ahead holds nobody up, and costs its jobs nothing',
        'a large backlog is pruned in batches',
      ].map((test) => ({
        test,
        reason: 'it enqueues more in one call than limits.enqueueItems; large-flows.test.ts has it with smaller calls',
      })),
      {
        test: "no open transaction of a user blocks another caller's enqueue",
        reason:
          'SQLite has one writer per file: while a user writes in a transaction, everybody else waits for its end',
      },
    ],
  },
  { describe, it },
)

type Fault = Parameters<DriverFaults['arm']>[0]

/** Makes the N-th call of a handle throw, before or after it has done its work. It answers at once, so it cannot hang. */
class FaultyDriver implements DriverFaults {
  readonly modes = ['before', 'after'] as const
  #fault: Fault | undefined
  #calls = 0

  arm(fault: Fault): void {
    this.#fault = fault
    this.#calls = 0
  }

  disarm(): void {
    this.#fault = undefined
  }

  wrap(database: SqliteDatabase): SqliteDatabase {
    return {
      exec: (sql) => this.#meet(() => database.exec(sql)),
      prepare: (sql) => this.#meet(() => this.#wrapStatement(database.prepare(sql))),
      close: () => database.close(),
    }
  }

  #wrapStatement(statement: SqliteStatement): SqliteStatement {
    return {
      run: (...params) => this.#meet(() => statement.run(...params)),
      all: (...params) => this.#meet(() => statement.all(...params)),
      setReturnArrays: (enabled) => statement.setReturnArrays?.(enabled),
    }
  }

  #meet<Result>(call: () => Result): Result {
    const fault = this.#fault
    this.#calls += 1
    if (fault?.nth !== this.#calls) return call()
    if (fault.mode === 'after') call()
    fault.onHit()
    // SQLITE_IOERR_WRITE
    throw Object.assign(new Error('injected: disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 778 })
  }
}
