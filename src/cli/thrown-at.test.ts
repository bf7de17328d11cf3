import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { thrownAt } from './thrown-at.js'

const own = fileURLToPath(new URL('../../dist/stack/runtime/batch-failures.js', import.meta.url))

function thrown(places: readonly string[], cause?: Error): Error {
  const error = new Error('boom', { cause })
  error.stack = ['Error: boom', ...places.map((place) => `    at ${place}`)].join('\n')
  return error
}

it('is the first place of the user', () => {
  const error = thrown([
    `parse (${own}:3:4)`,
    'JSON.parse (<anonymous>)',
    'new Promise (node:internal/x:1:1)',
    'handle (/app/src/pay.ts:10:26)',
    'outer (/app/src/pay.ts:1:1)',
  ])
  expect(thrownAt(error)).toBe('handle (/app/src/pay.ts:10:26)')
})

it('is that of the cause where the error itself has none', () => {
  const cause = thrown(['async Promise.all (index 0)', '<anonymous> (/app/src/book.ts:1:7)'])
  expect(thrownAt(thrown([`load (${pathToFileURL(own).href}:12:1)`], cause))).toBe('<anonymous> (/app/src/book.ts:1:7)')
})

it('is nothing where only rota and Node were at work, and where there is no stack', () => {
  expect(thrownAt(thrown([`failed (${own}:13:27)`, 'node:internal/process:1:1']))).toBe(undefined)
  const bare = new Error('boom')
  delete bare.stack
  expect(thrownAt(bare)).toBe(undefined)
})
