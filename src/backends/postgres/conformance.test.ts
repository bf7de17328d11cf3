import { afterAll, describe, it } from 'vitest'
import { postgresServer } from '../../../test/servers/postgres.js'
import { postgresTarget, seedsFor, TestSchemas } from '../../../test/servers/postgres-target.js'
import { conformance } from '../../testing/conformance/conformance.js'
import type { PgTx } from './client-types.js'

const url = await postgresServer('embedded')
const skip = await seedsFor('embedded')

describe.skipIf(url === null)('PostgreSQL as it comes with npm', () => {
  const schemas = new TestSchemas(url ?? '', 'embedded')
  afterAll(async () => schemas.end())
  conformance<PgTx>({ name: 'postgres', create: async () => postgresTarget(schemas), skip }, { describe, it })
})
