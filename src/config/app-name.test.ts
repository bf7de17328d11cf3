import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { appNameOf } from './app-name.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rota-app-name-'))
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

function folder(name: string, packageText?: string): string {
  const path = join(root, name)
  mkdirSync(path)
  if (packageText !== undefined) writeFileSync(join(path, 'package.json'), packageText)
  return path
}

test.each([
  ['{"name":"shop"}', 'shop'],
  ['{"name":"@acme/shop"}', 'shop'],
  ['{"name":"@acme/Shop~2 beta"}', 'shop-2-beta'],
  ['{"name":"@acme/"}', 'the-folder'],
  ['{"name":7}', 'the-folder'],
  ['{}', 'the-folder'],
  ['[]', 'the-folder'],
  [undefined, 'the-folder'],
])('the app with the package.json %s is called %s', async (text, name) => {
  expect(await appNameOf(folder('The folder', text))).toBe(name)
})

test('a folder whose name is not legal at all is called app', async () => {
  expect(await appNameOf(folder('@@@'))).toBe('app')
})

test('a package.json that cannot be read is no reason to take another name', async () => {
  await expect(appNameOf(folder('a', '{'))).rejects.toMatchObject({
    code: 'TASK_FILES_INVALID',
    message: expect.stringMatching(/^package\.json: expected to find the name of the app/) as unknown,
  })
})
