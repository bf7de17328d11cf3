import type pg from 'pg'
import { describe, expectTypeOf, it } from 'vitest'
import type { Backend } from '../../port/backend.js'
import type { PgModule, PgPool, PgTx } from './client-types.js'
import { postgres } from './postgres-backend.js'

describe('what is asked of pg', () => {
  it('is what its pool, its clients and its module have', () => {
    expectTypeOf<pg.Pool>().toExtend<PgPool>()
    expectTypeOf<pg.PoolClient>().toExtend<PgTx>()
    expectTypeOf<pg.Client>().toExtend<PgTx>()
    expectTypeOf<typeof pg>().toExtend<PgModule>()
  })

  it('makes a store that takes a client with a transaction, and nothing else', () => {
    const backend = postgres({ url: 'postgres://localhost/test' })
    expectTypeOf(backend).toExtend<Backend<PgTx>>()
    // @ts-expect-error a statement is no client
    void backend.jobs.enqueue({ jobs: [] }, 'BEGIN')
    // @ts-expect-error a text is no client
    void backend.jobs.settle({ settlements: [] }, 'tx')
  })
})
