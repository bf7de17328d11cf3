import type { Connection } from '../client/connection.js'
import type { RouteSource } from './route-book.js'
import { findRoute, routedNames } from './route-records.js'

/** The routes that stacks have put into a store when they were started. */
export function storeSource(connection: Pick<Connection<unknown>, 'open'>): RouteSource {
  return {
    find: async (kind, record) => findRoute((await connection.open()).control, kind, record),
    names: async (kind) => routedNames((await connection.open()).control, kind),
  }
}
