/**
 * Sets rota's testing up in Jest: `setupFilesAfterEnv: ['rota/testing/jest']`. Adds `expect(t).toHaveEnqueued(...)`, and has mocks
 * that were made inside of a test end with it. Jest needs `--experimental-vm-modules` for packages of ES modules.
 *
 * @module rota/testing/jest
 */
export { matchers } from './set-up.js'
export type { RotaMatchers } from '../assertions/matchers.js'
