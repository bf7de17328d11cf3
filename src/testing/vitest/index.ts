/**
 * Sets rota's testing up in Vitest: `setupFiles: ['rota/testing/vitest']`, or an import in a file of tests. Adds
 * `expect(t).toHaveEnqueued(...)`, and has mocks that were made inside of a test end with it.
 *
 * @module rota/testing/vitest
 */
export { matchers } from './set-up.js'
export type { RotaMatchers } from '../assertions/matchers.js'
