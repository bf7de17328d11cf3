import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What the shop keeps, in place of a database: a folder for each book, a file for each entry. */
export type Book = 'charges' | 'failures' | 'parcels' | 'pickups' | 'receipts' | 'reports' | 'reviews' | 'sales'

/** Adds an entry, once: a job may run twice, and its entry must not be there twice. Says whether it is new. */
export async function enter(book: Book, key: string, entry: unknown): Promise<boolean> {
  const file = join(folderOf(book), `${key}.json`)
  const draft = `${file}.${process.pid}.draft`
  await mkdir(folderOf(book), { recursive: true })
  await writeFile(draft, JSON.stringify(entry))
  try {
    await link(draft, file) // whoever reads it never reads half of it
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft)
  }
}

/** The keys of all entries. */
export async function keysOf(book: Book): Promise<readonly string[]> {
  const files = await readdir(folderOf(book)).catch(() => [])
  return files.flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : [])).sort()
}

/** All entries, in the order of their keys. */
export async function entriesOf(book: Book): Promise<readonly unknown[]> {
  const keys = await keysOf(book)
  return Promise.all(
    keys.map(async (key): Promise<unknown> => JSON.parse(await readFile(join(folderOf(book), `${key}.json`), 'utf8'))),
  )
}

/** Functions run in the folder of their config. */
function folderOf(book: Book): string {
  return join(process.env['SHOP_DATA'] ?? 'data', book)
}
