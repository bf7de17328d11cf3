import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { conformance } from '../../testing/conformance/conformance.js'
import { FakeClock } from '../../time/fake-clock.js'
import type { SqliteTx } from './client-types.js'
import { openDatabase } from './driver.js'
import { sqlite } from './sqlite-backend.js'

conformance<SqliteTx>(
  {
    name: 'sqlite',
    async create() {
      const clock = new FakeClock()
      const folder = mkdtempSync(join(tmpdir(), 'rota-sqlite-'))
      const file = join(folder, 'jobs.db')
      return {
        backend: sqlite({ file, clock }),
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
