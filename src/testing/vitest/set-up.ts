import { afterEach, beforeEach, expect } from 'vitest'
import { matchers, type RotaMatchers } from '../assertions/matchers.js'
import { setUpTests } from '../assertions/set-up-tests.js'

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars, @typescript-eslint/no-explicit-any, @typescript-eslint/no-empty-object-type -- to merge, its parameters must be those of Vitest
  interface Matchers<T = any> extends RotaMatchers {}
}

expect.extend(matchers)
setUpTests({ beforeEach, afterEach })

export { matchers }
