import { mocks } from '../mocks/mocks.js'

/** The hooks of a test runner, of any that has such. */
export interface TestHooks {
  readonly beforeEach: (hook: () => void) => unknown
  readonly afterEach: (hook: () => void) => unknown
}

/**
 * Tells rota when tests begin and end, so that mocks which were made inside of a test end with it, and every test begins with
 * mocks that were not called. Call it once in each file of tests, before anything is mocked; `rota/testing/vitest` and
 * `rota/testing/jest` do that. For `node:test`: `setUpTests({ beforeEach, afterEach })`.
 */
export function setUpTests({ afterEach, beforeEach }: TestHooks): void {
  mocks.clear()
  beforeEach(() => {
    mocks.beginTest()
  })
  afterEach(() => {
    mocks.endTest()
  })
}

/** Takes every mock away, for test runners without hooks. */
export function clearMocks(): void {
  mocks.clear()
}
