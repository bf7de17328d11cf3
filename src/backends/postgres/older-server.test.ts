import { afterAll, describe, it } from 'vitest'
import { postgresServer } from '../../../test/servers/postgres.js'
import { postgresTarget, seedsFor, TestSchemas } from '../../../test/servers/postgres-target.js'
import { conformance } from '../../testing/conformance/conformance.js'
import type { PgTx } from './client-types.js'

const url = await postgresServer('debian')
const skip = await seedsFor('debian')

describe.skipIf(url === null)('PostgreSQL of the system', () => {
  const schemas = new TestSchemas(url ?? '', 'debian')
  afterAll(async () => schemas.end())
  conformance<PgTx>({ name: 'postgres', create: async () => postgresTarget(schemas), skip }, { describe, it })
})
