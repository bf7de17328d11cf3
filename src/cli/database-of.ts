import { type PostgresPlace, postgresPlace } from '../app/backend-url.js'
import { UsageError } from './exit.js'

/** Where in which database a URL puts its store, `schema` before the one that it names; null for a store of another kind. */
export function databaseOf(url: string, schema: string | undefined): PostgresPlace | null {
  try {
    const place = postgresPlace(url)
    return place === null || schema === undefined ? place : { ...place, schema }
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}
