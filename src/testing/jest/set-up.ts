import { matchers, type RotaMatchers } from '../assertions/matchers.js'
import { setUpTests, type TestHooks } from '../assertions/set-up-tests.js'

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- Jest's types are one
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type -- to merge, its parameters must be those of Jest
    interface Matchers<R, T = {}> extends RotaMatchers<R> {}
  }
}

// What Jest puts into every file of tests.
declare const expect: { extend(added: typeof matchers): void }
declare const beforeEach: TestHooks['beforeEach']
declare const afterEach: TestHooks['afterEach']

if ([typeof expect, typeof beforeEach, typeof afterEach].includes('undefined')) {
  throw new TypeError(
    'rota/testing/jest: expected the globals of Jest, got none: name it in setupFilesAfterEnv, or call setUpTests',
  )
}
expect.extend(matchers)
setUpTests({ beforeEach, afterEach })

export { matchers }
