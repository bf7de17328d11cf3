import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

test('tests of node:test use what was built', () => {
  // Its own runner would report to ours.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const args = ['--test', '--test-reporter=tap', join(import.meta.dirname, 'node-test.mjs')]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  expect([status, stdout.match(/^# (?:pass|fail) \d+$/gm), stderr]).toEqual([0, ['# pass 3', '# fail 0'], ''])
})

test('the door for Jest takes the globals that Jest puts into each file of tests', async () => {
  const hooks: Record<string, () => void> = {}
  const extend = vi.fn()
  vi.stubGlobal('expect', { extend })
  vi.stubGlobal('beforeEach', (hook: () => void) => (hooks['beforeEach'] = hook))
  vi.stubGlobal('afterEach', (hook: () => void) => (hooks['afterEach'] = hook))
  const { matchers } = await import('../../src/testing/jest/index.js')
  expect(extend).toHaveBeenCalledExactlyOnceWith(matchers)

  const { mocks } = await import('../../src/testing/mocks/mocks.js')
  const { mockTask } = await import('../../src/testing/mocks/mock-resources.js')
  const mock = (): unknown =>
    mockTask((m) => (m as unknown as Record<'orders', Record<'note', () => unknown>>).orders.note())
  const baseline = mock()
  hooks['beforeEach']?.()
  expect(mock()).not.toBe(baseline)
  hooks['afterEach']?.()
  expect(mocks.get('Task', 'orders:note')).toBe(baseline)
  mocks.clear()
})

test('and says what is missing where they are not', async () => {
  await expect(import('../../src/testing/jest/index.js')).rejects.toThrow(/expected the globals of Jest, got none/)
})
