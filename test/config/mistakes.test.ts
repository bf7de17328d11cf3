import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mistakesIn, tellsOf } from '../../prove/kit/mistakes.mjs'
import { loadConfig } from '../../src/config/load-config.js'
import { problemLine, type ConfigProblem } from '../../src/config/problems.js'
import { RotaError } from '../../src/model/errors.js'

const folder = join(import.meta.dirname, '..', 'data', 'config-mistakes')
const files = ['rota.jsonc', join('mailing', 'stack.jsonc')]

test('a config with 25 mistakes gives 25 messages, each with its file and line, in the order of reading', async () => {
  const seeded = files.flatMap((file) => mistakesIn(file, readFileSync(join(folder, file), 'utf8')))
  expect(seeded).toHaveLength(25)
  const error: unknown = await loadConfig(folder).catch((reason: unknown) => reason)
  if (!RotaError.is(error)) throw new Error('expected the config to be refused')
  const told = (error.facts['problems'] as readonly ConfigProblem[]).map((problem) => problemLine(problem, folder))
  expect(told).toHaveLength(25)
  for (const [at, mistake] of seeded.entries()) {
    expect({ mistake, told: told[at], tells: tellsOf(told[at] ?? '', mistake) }).toMatchObject({ tells: true })
  }
  expect(error.message.split('\n')).toEqual(['rota.jsonc: 25 mistakes', ...told.map((line) => `  ${line}`)])
  expect(error.message).not.toContain('1234567890123')
})

test.each([
  ['a.json:3:7: tasks.x: expected', true],
  ['a.json:3:7: tasks.x: expected this, got that', true],
  ['a.json:4:7: tasks.x: expected', false],
  ['b.json:3:7: tasks.x: expected', false],
  ['a.json:3: tasks.x: expected', false],
  ['a.json:3:7: tasks.y: expected', false],
])('whether %j tells of a mistake is known: %s', (message, tells) => {
  const [mistake] = mistakesIn('a.json', '{\n  "tasks": {\n    "x": 5 // ! tasks.x: expected\n')
  expect(mistake && tellsOf(message, mistake)).toBe(tells)
})
