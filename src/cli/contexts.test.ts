import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { urlOfContext } from './contexts.js'
import { UsageError } from './exit.js'

let home: string
let file: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rota-home-'))
  file = join(home, '.config', 'rota', 'contexts.json')
  await mkdir(join(home, '.config', 'rota'), { recursive: true })
})
afterEach(() => rm(home, { recursive: true }))

async function write(content: unknown, mode = 0o600): Promise<void> {
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  await chmod(file, mode)
}

it('finds a URL by the name of its context', async () => {
  await write({ contexts: { prod: { url: 'postgres://u:p@db/app' }, dev: { url: 'sqlite:dev.db' } } })
  expect(await urlOfContext('prod', { HOME: home })).toEqual({ url: 'postgres://u:p@db/app', warning: null })
})

it('looks where XDG_CONFIG_HOME says', async () => {
  await write({ contexts: { dev: { url: 'sqlite:dev.db' } } })
  const { url } = await urlOfContext('dev', { HOME: 'elsewhere', XDG_CONFIG_HOME: join(home, '.config') })
  expect(url).toBe('sqlite:dev.db')
})

it('warns about a file that other users can read', async () => {
  await write({ contexts: { dev: { url: 'sqlite:dev.db' } } }, 0o644)
  const { warning } = await urlOfContext('dev', { HOME: home })
  expect(warning).toMatch(/can be read by other users; .* chmod 600/)
})

it('lists the known contexts for an unknown name', async () => {
  await write({ contexts: { prod: { url: 'a:' }, dev: { url: 'b:' } } })
  await expect(urlOfContext('prd', { HOME: home })).rejects.toThrow(/unknown context "prd".*it names: dev, prod/)
})

it('takes no name from the prototype of the file', async () => {
  await write({ contexts: {} })
  await expect(urlOfContext('constructor', { HOME: home })).rejects.toThrow(/it names none/)
})

it('says when there is no file', async () => {
  await expect(urlOfContext('dev', { HOME: home })).rejects.toThrow(/contexts\.json: there is no such file/)
})

it.each(['{', '[]', '{"contexts":[]}', '{"contexts":{"a":"postgres://u:hunter2@db"}}', '{"contexts":{"a":{"url":1}}}'])(
  'says what is expected instead of %j, and shows none of it',
  async (content) => {
    await write(content)
    const refusal = urlOfContext('a', { HOME: home })
    await expect(refusal).rejects.toThrow(UsageError)
    await expect(refusal).rejects.toThrow(/expected \{ "contexts"/)
    await expect(refusal).rejects.not.toThrow(/hunter2/)
  },
)
