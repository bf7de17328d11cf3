import { expect, test } from 'vitest'
import { Deferred } from '../../async/deferred.js'
import { BuildQueue } from './build-queue.js'

test('lets so many builds run at a time, the urgent ones first, and those that somebody waits for', async () => {
  const queue = new BuildQueue(2)
  const begun: string[] = []
  const ends = new Map<string, Deferred>()
  const build = (task: string, isUrgent = false): Promise<void> =>
    queue.run(task, isUrgent, () => {
      begun.push(task)
      const end = new Deferred()
      ends.set(task, end)
      return end.promise
    })
  const all = [build('a'), build('b'), build('c'), build('d'), build('e', true)]
  queue.hurry('d')
  await Promise.resolve()
  expect(begun).toEqual(['a', 'b'])
  for (const task of ['a', 'b', 'd', 'e', 'c']) {
    ends.get(task)?.resolve()
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(begun).toEqual(['a', 'b', 'd', 'e', 'c'])
  await Promise.all(all)
})

test('goes on after a build that fails', async () => {
  const queue = new BuildQueue(1)
  const failed = queue.run('a', false, () => Promise.reject(new Error('no')))
  const next = queue.run('b', false, async () => 'built')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('built')
})
