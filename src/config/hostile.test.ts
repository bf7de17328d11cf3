import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ConfigFolder } from '../../test/config/config-folder.js'
import { RotaError } from '../model/errors.js'

const SEED = 20_261_121

let folder: ConfigFolder
beforeEach(() => {
  folder = new ConfigFolder()
})
afterEach(() => folder.remove())

test('no value of an environment and no URL stands in any error, whatever is wrong with it', async () => {
  const secret = 'sk_live_7'
  const environments = [
    secret,
    [secret],
    { [`A-B`]: secret },
    { A: { B: secret } },
    { A: [secret] },
    { A: 7_777_777 },
    { A: `${secret}\0` },
  ]
  for (const environment of environments) {
    const config = {
      url: { password: secret },
      contexts: { a: [secret], b: 7_777_777 },
      defaults: { function: { environment, enviroment: environment } },
      tasks: { theTask: { consumer: { code: './x.ts', environment, enviroments: environment } } },
      onFailure: { code: './x.ts', environment },
    }
    const { message, facts } = await folder.write({ 'rota.json': config }).refusal({ filesMustExist: false })
    expect(facts['problems']).not.toEqual([])
    expect(message + JSON.stringify(facts)).not.toMatch(/sk_live_7|7777777/)
  }
})

test('a variable that no process can be started with is refused before Node shows what is in it', async () => {
  const environment = { PAYMENT_API_KEY: 'sk_live_7\0' }
  const config = { tasks: { theTask: { consumer: { code: './x.ts', environment } } } }
  const { message } = await folder.write({ 'rota.json': config }).refusal({ filesMustExist: false })
  expect(message).toContain('environment.PAYMENT_API_KEY: expected text without NUL, got a string, which is not shown')
})

test('a mistake in the text of a file shows nothing of it', async () => {
  for (const text of ['{ "url": "sk_live_7', '{ "environment": { "A": sk_live_7 } }', "{ 'A': 'sk_live_7' }"]) {
    const { message } = await folder.write({ 'rota.json': text }).refusal()
    expect(message).toMatch(/rota\.json:1:\d+: expected/)
    expect(message).not.toContain('sk_live_7')
  }
})

test('names and values from a file cannot pass for lines of ours', async () => {
  const { message } = await folder.write({ 'rota.json': { '\n  rota.json: all is well': 1 } }).refusal()
  expect(message.split('\n')).toHaveLength(2)
})

test(`whatever a file holds, it is read or refused with places (seed ${SEED})`, async () => {
  const words = fc.constantFrom('abc', './x.ts', 'abc:def', '5 minutes', '__proto__', 'then', '', 'toString')
  const keys = fc.constantFrom(
    ...[
      'stacks',
      'tasks',
      'crons',
      'queues',
      'topics',
      'consumer',
      'code',
      'file',
      'schedule',
      'task',
      'queue',
      'name',
    ],
    ...[
      'defaults',
      'function',
      'environment',
      'log',
      'abc',
      'def',
      '__proto__',
      'constructor',
      'payload',
      'app',
      'url',
    ],
  )
  const { config } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      words,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('config'),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
    config: fc.dictionary(keys, tie('value'), { maxKeys: 4, noNullPrototype: false }),
  }))
  const seen = { read: 0, refused: 0 }
  const property = fc.asyncProperty(config, async (value) => {
    try {
      await folder.read(JSON.stringify(value))
      seen.read += 1
    } catch (error) {
      if (!RotaError.is(error)) throw error
      expect(error.code).toBe('CONFIG_INVALID')
      for (const line of error.message.split('\n').slice(1))
        expect(line).toMatch(/^ {2}(rota\.json:\d+:\d+: |and \d+ more$)/)
      seen.refused += 1
    }
  })
  await fc.assert(property, { seed: SEED, numRuns: 150 })
  expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(10)
})
