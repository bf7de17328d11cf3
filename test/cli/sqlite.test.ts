import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CommandWorld, type Ran } from './command-world.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rota-cli-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Each run opens the file and closes it, as each process does. */
function rota(line: string, file = 'rota.db'): Promise<Ran> {
  const env = { ROTA_URL: `sqlite:${join(folder, file)}` }
  return new CommandWorld().run(line, { realStore: true, env })
}

describe('a SQLite store', () => {
  it('is made by the first job, and seen by every command after it', async () => {
    const added = await rota('task add invoice:send {"a":1} --id one --queue mail --json')
    expect(added).toMatchObject({ exitCode: 0, stderr: '' })
    const listed = await rota('task list --json')
    expect(JSON.parse(listed.stdout)).toMatchObject([{ id: 'one', queue: 'mail', state: 'pending', payload: { a: 1 } }])
    expect((await rota('task view one')).stdout).toMatch(/^ +Payload: \{"a":1\}$/m)
    expect((await rota('queue pause mail')).stdout).toBe('queue mail: paused\n')
    expect((await rota('queue list')).stdout).toMatch(/│ mail │ yes +│ +1 │/)
    expect((await rota('task cancel one')).stdout).toBe('job one: cancelled\n')
    expect((await rota('task watch one')).exitCode).toBe(1)
    expect((await rota('task purge --state cancelled -f')).stdout).toBe('Deleted 1 cancelled job.\n')
    expect((await rota('info')).stdout).toMatch(/^ +cancelled: 0$/m)
  })

  it.each(['info', 'task list', 'task retry x', 'queue pause q', 'task purge --state failed -f'])(
    'is not made by `rota %s`',
    async (line) => {
      const { exitCode, stderr } = await rota(line)
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(/^rota: there is no store at sqlite:\S+rota\.db yet; .*\n$/)
      expect(await readdir(folder)).toEqual([])
    },
  )

  it('that is another file is refused in one line', async () => {
    await writeFile(join(folder, 'letter.txt'), 'Dear reader, '.repeat(100))
    const { exitCode, stderr } = await rota('info', 'letter.txt')
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^rota: [^\n]*letter\.txt[^\n]*\n$/)
    expect(await readdir(folder)).toEqual(['letter.txt'])
  })

  it('that is a folder is refused in one line that says what to name instead', async () => {
    await mkdir(join(folder, 'folder'))
    const { exitCode, stderr } = await rota('info', 'folder')
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(
      /^rota: SQLite file "[^"]*folder": EISDIR[^\n]*; it is a directory: name a file in it[^\n]*\n$/,
    )
  })
})
