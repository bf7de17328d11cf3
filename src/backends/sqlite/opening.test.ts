import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newJob, newJobs } from '../../testing/new-job.js'
import { openDatabase } from './driver.js'
import { SCHEMA_VERSION } from './migrations/migrate.js'
import { sqlite, sqliteWith } from './sqlite-backend.js'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-sqlite-'))
  file = join(folder, 'data', 'jobs.db')
})

afterEach(() => rmSync(folder, { recursive: true }))

test('the file is made with its folder, and only its owner can read it or what lies beside it', async () => {
  await using backend = sqlite(file)
  await backend.open()
  await backend.jobs.enqueue({ jobs: [newJob()] })
  const modes = ['', '-wal', '-shm', '-wake'].map((end) => statSync(file + end).mode & 0o777)
  expect(modes).toEqual([0o600, 0o600, 0o600, 0o600])
})

test('opening twice at once and again later opens once', async () => {
  let opened = 0
  await using backend = sqliteWith(file, async (path) => {
    opened += 1
    return openDatabase(path)
  })
  await Promise.all([backend.open(), backend.open()])
  await backend.open()
  expect(opened).toBe(1)
})

// Only Linux tells which locks there are; another program that finds none removes the log when it closes the file.
test.runIf(existsSync('/proc/locks'))('a second store on the file leaves the lock of the first on it', async () => {
  await using first = sqlite(file)
  await first.open()
  expect(locksHeld()).toBe(1)
  await using second = sqlite(file)
  await second.open()
  expect(locksHeld()).toBe(1)
})

test('a call before open is refused, and tells what to do', async () => {
  const backend = sqlite(file)
  await expect(backend.inspector.counts({})).rejects.toMatchObject({
    code: 'BACKEND_CLOSED',
    message: expect.stringContaining('call open() first') as string,
  })
  await backend.close()
})

test('a store that was closed before it was opened opens no more', async () => {
  const backend = sqlite(file)
  await backend.close()
  await expect(backend.open()).rejects.toMatchObject({ code: 'BACKEND_CLOSED' })
  expect(existsSync(file)).toBe(false)
})

test('a file of a newer schema is refused and left as it is', async () => {
  await prepare(file, [`PRAGMA user_version = ${SCHEMA_VERSION + 1}`])
  await expect(sqlite(file).open()).rejects.toMatchObject({
    code: 'SCHEMA_NEWER',
    facts: { found: SCHEMA_VERSION + 1, known: SCHEMA_VERSION },
  })
})

test('a file of another program is refused and left as it is', async () => {
  const foreign = join(folder, 'other.db')
  const database = await openDatabase(foreign)
  database.exec('PRAGMA application_id = 7; CREATE TABLE theirs(x)')
  database.close()
  await expect(sqlite(foreign).open()).rejects.toThrow('belongs to another program')
})

test('a file that is no database is told to be corrupt', async () => {
  const text = join(folder, 'text.db')
  writeFileSync(text, 'not a database, but long enough to have a header of one'.repeat(20))
  const backend = sqlite(text)
  const error: unknown = await backend.open().catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'STORE_CORRUPT' })
  expect(backend.classify(error)).toBe('corrupt')
})

test('an open that failed can be tried again', async () => {
  let fails = true
  await using backend = sqliteWith(file, async (path) => {
    if (fails) throw Object.assign(new Error('no file handles left'), { code: 'EMFILE' })
    return openDatabase(path)
  })
  const error: unknown = await backend.open().catch((reason: unknown) => reason)
  expect(backend.classify(error)).toBe('transient')
  fails = false
  await backend.open()
  await backend.jobs.enqueue({ jobs: [newJob()] })
})

test.each([
  ['a directory', () => folder, 'it is a directory: name a file in it'],
  ['a path through a file', () => join(file, 'jobs.db'), 'a part of its path is a file'],
  ['a path far below a file', () => join(file, 'data', 'jobs.db'), 'a part of its path is a file'],
])('%s is refused with what to do instead', async (_, path, advice) => {
  mkdirSync(dirname(file))
  writeFileSync(file, '')
  const backend = sqlite(path())
  const error: unknown = await backend.open().catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'BACKEND_UNAVAILABLE', message: expect.stringContaining(advice) as string })
  expect(backend.classify(error)).toBe('mistake')
})

test('an open that fails at the first read of the tables lets go of its handle', async () => {
  await prepare(file, [])
  let closed = 0
  const backend = sqliteWith(file, async (path) => {
    const database = await openDatabase(path)
    return {
      exec: (text) => database.exec(text),
      prepare: (text) => {
        if (/from kinds?\b/i.test(text)) throw Object.assign(new Error('disk I/O error'), { errcode: 10 })
        return database.prepare(text)
      },
      close: () => {
        closed += 1
        database.close()
      },
    }
  })
  await expect(backend.open()).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
  expect(closed).toBe(1)
})

test('what is on record survives another handle and a normal durability', async () => {
  const jobs = newJobs(3)
  {
    await using backend = sqlite({ file, durability: 'normal' })
    await backend.open()
    await backend.jobs.enqueue({ jobs })
  }
  await using again = sqlite(file)
  await again.open()
  const records = await again.inspector.get({ ids: jobs.map(({ id }) => id) })
  expect(records.map((record) => record?.state)).toEqual(['pending', 'pending', 'pending'])
})

test.each([
  ['an empty path', '', 'file: expected the path of a file'],
  ['memory', ':memory:', 'use memory()'],
  ['an unknown durability', { file: 'x', durability: 'none' as never }, 'durability: expected "full" or "normal"'],
  ['a time-out below zero', { file: 'x', busyTimeoutMs: -1 }, 'busyTimeoutMs: expected 0 to 600000, got -1'],
])('%s is refused with what was expected', (_, options, message) => {
  expect(() => sqlite(options)).toThrow(message)
})

/** How many locks this process holds on the file; a line of them ends in `pid device:inode first last`. */
function locksHeld(): number {
  const ours = new RegExp(` ${process.pid} \\S+:${statSync(file).ino} `)
  const lines = readFileSync('/proc/locks', 'utf8').split('\n')
  return lines.filter((line) => ours.test(line)).length
}

async function prepare(path: string, statements: readonly string[]): Promise<void> {
  {
    await using backend = sqlite(path)
    await backend.open()
  }
  const database = await openDatabase(path)
  for (const statement of statements) database.exec(statement)
  database.close()
}
