import { expect, test } from 'vitest'
import { Deferred } from './deferred.js'

test('a deferred is settled from outside, once', async () => {
  const good = new Deferred<number>()
  good.resolve(1)
  good.reject(new Error('too late'))
  await expect(good.promise).resolves.toBe(1)
  const bad = new Deferred()
  bad.reject('reason')
  await expect(bad.promise).rejects.toBe('reason')
})
