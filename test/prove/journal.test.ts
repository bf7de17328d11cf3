import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lineCounter, openJournal, readJournal } from '../../prove/kit/journal.mjs'

let folder = ''
let file = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-journal-'))
  file = join(folder, 'journal.jsonl')
})

afterEach(() => rmSync(folder, { recursive: true }))

it('gives back what was written, in its order', () => {
  const journal = openJournal(file)
  journal.write(
    'intent',
    [
      { id: 'a', n: 1 },
      { id: 'b', n: 2 },
    ],
    { sync: true },
  )
  journal.write('start', [{ id: 'a', n: 1, fence: 4 }])
  journal.close()
  expect(readJournal(file)).toMatchObject([
    { what: 'intent', id: 'a', n: 1, fence: 0, pid: process.pid },
    { what: 'intent', id: 'b', n: 2 },
    { what: 'start', id: 'a', n: 1, fence: 4 },
  ])
})

it('leaves out a last line whose writer died in the midst of it', () => {
  const journal = openJournal(file)
  journal.write('ack', [{ id: 'a', n: 1 }])
  journal.close()
  appendFileSync(file, '{"what":"ack","id":"b')
  expect(readJournal(file)).toHaveLength(1)
})

it('counts lines while the journal grows, each of them once', () => {
  const journal = openJournal(file)
  const ended = lineCounter(file, '"end"')
  expect(ended()).toBe(0)
  journal.write('end', [{ id: 'a', n: 1 }])
  journal.write('start', [{ id: 'b', n: 2 }])
  expect(ended()).toBe(1)
  appendFileSync(file, '{"what":"en')
  expect(ended()).toBe(1)
  appendFileSync(file, 'd"}\n{"what":"end"}\n')
  expect(ended()).toBe(3)
  journal.close()
})
