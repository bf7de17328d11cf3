import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.mjs'],
    typecheck: { include: ['src/**/*.test-d.ts', 'test/**/*.test-d.ts'] },
    // node:sqlite and its stand-in are native: a crash takes one file with it, not the run.
    pool: 'forks',
    // The smallest machine we promise to be quick on has two cores; more workers than that only slow each other down.
    maxWorkers: 2,
    // Only a test that hangs may meet this: nothing here is timed, and a loaded machine is five times slower.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['./scripts/summary-reporter.mjs'],
  },
})
