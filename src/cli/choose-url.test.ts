import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ConfigFolder } from '../../test/config/config-folder.js'
import { chooseUrl } from './choose-url.js'
import type { GlobalOptions } from './session.js'

let folder: ConfigFolder
beforeEach(() => {
  folder = new ConfigFolder()
})
afterEach(() => folder.remove())

const CONFIG = {
  app: 'shop',
  url: 'sqlite:.rota/x.db',
  contexts: { prod: 'postgres://db/shop' },
  tasks: 'not judged here',
}

async function chosen(options: GlobalOptions, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const home = { HOME: folder.path, XDG_CONFIG_HOME: join(folder.path, '.config') }
  return (await chooseUrl(options, { ...home, ...env }, join(folder.path, 'src'))).url
}

it('is that of the nearest config where nobody says another, whatever else is wrong with it', async () => {
  folder.write({ 'rota.json': CONFIG, 'src/x.ts': '' })
  expect(await chosen({})).toBe(`sqlite:${join(folder.path, '.rota', 'x.db')}`)
  expect(await chosen({}, { ROTA_URL: 'memory:' })).toBe('memory:')
  expect(await chosen({ url: 'sqlite:y.db' }, { ROTA_URL: 'memory:' })).toBe('sqlite:y.db')
})

it('is a file of the app where its config names none', async () => {
  folder.write({ 'rota.json': { app: 'shop' }, 'src/x.ts': '' })
  expect(await chosen({})).toBe(`sqlite:${join(folder.path, '.rota', 'shop.db')}`)
})

it('is rota.db where there is no config', async () => {
  expect(await chosen({})).toBe('sqlite:rota.db')
})

it('is called by a context of the config, or else of the user', async () => {
  const contexts = { contexts: { prod: { url: 'sqlite:mine.db' }, other: { url: 'sqlite:other.db' } } }
  folder.write({ 'rota.json': CONFIG, '.config/rota/contexts.json': contexts, 'src/x.ts': '' })
  expect(await chosen({ context: 'prod' })).toBe('postgres://db/shop')
  expect(await chosen({}, { ROTA_CONTEXT: 'other' })).toBe('sqlite:other.db')
  await expect(chosen({ context: 'constructor' })).rejects.toThrow(/unknown context "constructor"/)
})

it('is not guessed when the config cannot be read', async () => {
  folder.write({ 'rota.json': '{' })
  await expect(chosen({})).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
})
