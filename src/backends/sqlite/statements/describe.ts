import type { Query } from '../session.js'

export const ABOUT: Query<[], [version: string, schema: number, pages: number, pageSize: number]> = {
  sql: `SELECT sqlite_version() AS version, (SELECT user_version FROM pragma_user_version) AS schema,
          (SELECT page_count FROM pragma_page_count) AS pages, (SELECT page_size FROM pragma_page_size) AS page_size`,
}
