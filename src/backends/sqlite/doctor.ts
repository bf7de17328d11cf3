import { openDatabase } from './driver.js'

/** What SQLite itself finds wrong with a file, up to a hundred things; none when all is well. Reads the whole file. */
export async function checkIntegrity(file: string): Promise<readonly string[]> {
  const database = await openDatabase(file)
  try {
    const rows = database.prepare('PRAGMA integrity_check').all() as { readonly integrity_check: string }[]
    return rows.map(({ integrity_check: problem }) => problem).filter((problem) => problem !== 'ok')
  } finally {
    database.close()
  }
}
