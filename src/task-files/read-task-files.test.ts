import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RotaError } from '../model/errors.js'
import { readTaskFiles } from './read-task-files.js'

const SEED = 20_261_121

const DAILY = '{"schedule":"rate(1 day)"}'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rota-task-files-'))
})
afterEach(() => {
  rmSync(directory, { recursive: true })
})

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
}

async function refusal(app = 'fn'): Promise<RotaError> {
  const error: unknown = await readTaskFiles({ directory, app }).catch((reason: unknown) => reason)
  if (!RotaError.is(error)) throw new Error('expected the files to be refused')
  expect(error.code).toBe('TASK_FILES_INVALID')
  expect(error.message).toContain(JSON.stringify(directory))
  return error
}

describe('the files that are read', () => {
  test('A-09: are those that end in .json in any case, at the top level; their schedules are called <app>_<file>', async () => {
    write({ 'A.json': DAILY, 'b.JSON': DAILY, 'c.txt': '{' })
    mkdirSync(join(directory, 'd'))
    writeFileSync(join(directory, 'd', 'e.json'), DAILY)
    mkdirSync(join(directory, 'f.json'))
    const files = await readTaskFiles({ directory, app: 'Fn' })
    expect(files.map(({ file, schedule }) => [file, schedule])).toEqual([
      ['A.json', 'fn_a'],
      ['b.JSON', 'fn_b'],
    ])
  })

  test('are none whose names begin with a dot: those are for editors', async () => {
    write({ '.a.json': '{', '.json': '{' })
    expect(await readTaskFiles({ directory, app: 'fn' })).toEqual([])
  })

  test('may be links, as Kubernetes mounts them', async () => {
    mkdirSync(join(directory, '..data'))
    writeFileSync(join(directory, '..data', 'a.json'), DAILY)
    symlinkSync(join('..data', 'a.json'), join(directory, 'a.json'))
    symlinkSync('..data', join(directory, 'folder.json'))
    expect(await readTaskFiles({ directory, app: 'fn' })).toMatchObject([{ file: 'a.json' }])
  })

  test('are not read by a caller who has given up', async () => {
    write({ 'a.json': DAILY })
    const reason = new Error('given up')
    await expect(readTaskFiles({ directory, app: 'fn', signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})

describe('what is wrong', () => {
  test('A-15: is told of all files at once, with file and field', async () => {
    write({
      'a.json': '{"schedule":"rate(1 days)"}',
      'b.json': '{"shedule":"rate(1 day)","input":{"_taskName":5}}',
      'c.json': DAILY,
      'd.json': 'rate(1 day)',
    })
    const error = await refusal()
    const problems = error.facts['problems'] as readonly { readonly file: string; readonly field: string | null }[]
    expect(problems.map(({ file, field }) => [file, field])).toEqual([
      ['a.json', 'schedule'],
      ['b.json', 'shedule'],
      ['b.json', 'schedule'],
      ['b.json', 'input._taskName'],
      ['d.json', null],
    ])
    for (const { file, field } of problems)
      expect(error.message).toContain(field === null ? file : `${file}: ${field}: `)
  })

  test('are two files whose schedules would have one name: both are named', async () => {
    write({ 'Foo.json': DAILY, 'foo.JSON': DAILY, 'fOO.json': DAILY })
    const { message } = await refusal()
    expect(message).toMatch(/fOO\.json: .*"fn_foo", which is that of Foo\.json too; foo\.JSON: /)
  })

  test.each([
    [`${'x'.repeat(62)}.json`, /"fn_x+": schedule name: expected 1 to 64 .* got 65 characters/],
    ['my task.json', /"my task.json": its schedule would be "fn_my task": schedule name: .* got "fn_my task"/],
  ])('is a file whose schedule could not be called after it: %s', async (file, message) => {
    write({ [file]: DAILY })
    expect((await refusal()).message).toMatch(message)
  })

  test('is a link that leads nowhere, and a file that is too large', async () => {
    symlinkSync('nowhere', join(directory, 'a.json'))
    write({ 'b.json': ' '.repeat(1_048_577) })
    const { message } = await refusal()
    expect(message).toMatch(
      /a\.json: expected a file that can be read, got ENOENT.*b\.json: expected at most 1048576 bytes/,
    )
  })

  test('is a directory that is not there, or is none', async () => {
    write({ file: '' })
    const missing = readTaskFiles({ directory: join(directory, 'tasks'), app: 'fn' })
    await expect(missing).rejects.toMatchObject({ code: 'TASK_FILES_INVALID', facts: { problems: [] } })
    const file = readTaskFiles({ directory: join(directory, 'file'), app: 'fn' })
    await expect(file).rejects.toThrow(/expected a folder that can be read, got ENOTDIR/)
  })

  test('is told in so many words, however much it is', async () => {
    write(Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`${at}.json`, '{}'])))
    const { message, facts } = await refusal()
    expect(message).toMatch(/; and 10 more$/)
    expect(facts['problems']).toHaveLength(50)
  })

  test('cannot pass for words of ours', async () => {
    write({ 'a: fine; b.json': '{"\\n\\u001b[31mrota: all is well":1,"schedule":"rate(1 day)"}' })
    const { message } = await refusal()
    expect(message).toContain('"a: fine; b.json": "\\n\\u001b[31mrota: all is well": expected')
  })
})

test(`whatever a file is called and holds, it is read or refused by its name (seed ${SEED})`, async () => {
  const name = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9_:.-]{1,70}$/),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed()),
  )
  const content = fc.oneof(
    fc.constantFrom(DAILY, '{"schedule":"rate(1 day)","input":{"_taskName":"t"}}'),
    fc.json(),
    fc.string(),
  )
  const seen = { read: 0, refused: 0 }
  const property = fc.asyncProperty(name, content, async (text, json) => {
    const file = `${text.replaceAll(/[/\0]/g, '')}.json`
    writeFileSync(join(directory, file), json)
    try {
      const files = await readTaskFiles({ directory, app: 'fn' })
      const expected = file.startsWith('.') ? [] : [{ file, schedule: `fn_${file.slice(0, -5)}`.toLowerCase() }]
      expect(files).toMatchObject(expected)
      seen.read += 1
    } catch (error) {
      if (!RotaError.is(error)) throw error
      const problems = error.facts['problems'] as readonly { readonly file: string }[]
      expect(new Set(problems.map((problem) => problem.file))).toEqual(new Set([file]))
      seen.refused += 1
    } finally {
      rmSync(join(directory, file))
    }
  })
  await fc.assert(property, { seed: SEED, numRuns: 500 })
  expect(seen.read).toBeGreaterThan(50)
  expect(seen.refused).toBeGreaterThan(50)
})
