import { expect, test } from 'vitest'
import { memory } from '../backends/memory/memory-backend.js'
import type { Backend } from '../port/backend.js'
import { Connection } from './connection.js'

/** A store that notes what is asked of it, and cannot be opened the first `failures` times. */
function flaky(failures: number): { readonly backend: Backend; readonly calls: string[] } {
  const calls: string[] = []
  const backend: Backend = {
    ...memory(),
    open: async () => {
      calls.push('open')
      if (calls.length <= failures) throw new Error('not now')
    },
    close: async () => {
      calls.push('close')
    },
  }
  return { backend, calls }
}

test('an opening that failed is tried again with the same backend', async () => {
  const { backend, calls } = flaky(1)
  let loads = 0
  const connection = new Connection(() => {
    loads += 1
    return backend
  })
  await expect(connection.open()).rejects.toThrow('not now')
  expect(await connection.open()).toBe(backend)
  await connection.close()
  expect([loads, calls]).toEqual([1, ['open', 'open', 'close']])
})

test('a backend that failed to open is closed with its program', async () => {
  const { backend, calls } = flaky(Infinity)
  const connection = new Connection(() => backend)
  await expect(connection.open()).rejects.toThrow('not now')
  await connection.close()
  expect(calls).toEqual(['open', 'close'])
})

test('a backend that fails to open while the program closes is closed too', async () => {
  const { backend, calls } = flaky(Infinity)
  const connection = new Connection(() => backend)
  const opening = connection.open().catch((error: unknown) => error)
  await connection.close()
  expect(await opening).toEqual(new Error('not now'))
  expect(calls).toEqual(['open', 'close'])
})
