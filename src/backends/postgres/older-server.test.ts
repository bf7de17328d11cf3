import { afterAll, describe, it } from 'vitest'
import { postgresServer } from '../../../test/servers/postgres.js'
import { postgresTarget, TestSchemas } from '../../../test/servers/postgres-target.js'
import { conformance } from '../../testing/conformance/conformance.js'
import type { PgTx } from './client-types.js'

const url = await postgresServer('debian')

/** These find mistakes of the store, not of a server, and take half of the time of the whole suite. */
const SEEDS = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]

describe.skipIf(url === null)('PostgreSQL of the system', () => {
  const schemas = new TestSchemas(url ?? '', 'debian')
  afterAll(async () => schemas.end())
  conformance<PgTx>(
    {
      name: 'postgres',
      create: async () => postgresTarget(schemas),
      skip: SEEDS.map((seed) => ({
        test: `400 calls drawn with seed ${seed} answer as the model does`,
        reason: 'conformance.test.ts plays it on the other server',
      })),
    },
    { describe, it },
  )
})
