import * as nodeTest from 'node:test'
import * as vitest from 'vitest'
import { expect, expectTypeOf, test } from 'vitest'
import { memory } from '../../backends/memory/memory-backend.js'
import { conformance, type TestRunner } from './conformance.js'
import { runCase } from './run-case.js'
import type { ConformanceTarget } from './target.js'

interface DefinedTest {
  readonly name: string
  run(): Promise<string | undefined>
}

/** A runner that only collects. */
function collect(define: (runner: TestRunner) => void): readonly DefinedTest[] {
  const tests: DefinedTest[] = []
  define({
    describe: (_name, body) => body(),
    it(name, body) {
      tests.push({
        name,
        async run() {
          let reason: string | undefined
          await body({ skip: (given) => (reason = given) })
          return reason
        },
      })
    },
  })
  return tests
}

/** A store of which nothing is known but what every store has. */
const bare = async (): Promise<ConformanceTarget> => ({ backend: memory(), clock: null, destroy: async () => {} })

test('a case is skipped with a reason where the store has not what the case needs', async () => {
  const tests = collect((runner) => conformance({ name: 'bare', create: bare }, runner))
  const reasonOf = async (name: string): Promise<string | undefined> => tests.find((one) => one.name === name)?.run()
  expect(await reasonOf('no job is taken back before its lease ends')).toBe('the clock of memory cannot be moved')
  expect(await reasonOf('claims through two handles at one time never share a job')).toBe('memory is not shared')
  expect(await reasonOf('an extension can be repeated')).toBe('the driver of memory cannot be made to fail')
  expect(await reasonOf('an id that comes twice in one call is stored once, as its first place says')).toBeUndefined()
})

test('every case that needs no clock holds by the clock of the machine', async () => {
  const tests = collect((runner) => conformance({ name: 'bare', create: bare }, runner))
  const reasons = new Set<string | undefined>()
  for (const { run } of tests) reasons.add(await run())
  expect([...reasons].sort()).toEqual([
    'hints of memory reach no other process',
    'memory is not open to transactions',
    'memory is not shared',
    'nothing pushes jobs out of memory',
    'the clock of memory cannot be moved',
    'the driver of memory cannot be made to fail',
    undefined,
  ])
})

test('a case that was asked to be skipped is skipped with the reason given', async () => {
  const [first] = collect((runner) => conformance({ name: 'bare', create: bare }, runner))
  const skip = [{ test: first!.name, reason: 'known' }]
  const [skipped] = collect((runner) => conformance({ name: 'bare', create: bare, skip }, runner))
  expect(await skipped!.run()).toBe('known')
})

test('a skip that names no case is a mistake', () => {
  const skip = [{ test: 'no such case', reason: 'known' }]
  expect(() => collect((runner) => conformance({ name: 'bare', create: bare, skip }, runner))).toThrow(
    new TypeError('conformance: skip: expected the name of a case, got "no such case"'),
  )
})

test('a store that says it is shared must be tested with a second handle', async () => {
  const create = async (): Promise<ConformanceTarget> => {
    const target = await bare()
    const capabilities = { ...target.backend.capabilities, shared: true }
    return { ...target, backend: { ...target.backend, capabilities } }
  }
  const run = runCase({ name: 'shared', needs: ['second'], run: async () => {} }, create)
  await expect(run).rejects.toThrow('a store with capability "shared" must be tested with second()')
})

test('a case whose counters are wrong in the end fails, whatever it found', async () => {
  const create = async (): Promise<ConformanceTarget> => {
    const target = await bare()
    const maintenance = { ...target.backend.maintenance, verify: async () => ['1 instead of 2'] }
    return { ...target, backend: { ...target.backend, maintenance } }
  }
  await expect(runCase({ name: 'quiet', needs: [], run: async () => {} }, create)).rejects.toThrow('recount')
})

test('vitest and the test runner of Node are runners', () => {
  expectTypeOf(vitest).toExtend<TestRunner>()
  expectTypeOf(nodeTest).toExtend<TestRunner>()
})
