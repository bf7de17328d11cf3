import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IsolatedRunner } from '../../src/isolation/create-isolated-runner.js'
import { createBundler } from '../../src/stack/bundle/create-bundler.js'
import type { Bundle } from '../../src/stack/bundle/bundle-target.js'
import { builtRunner } from '../isolation/built.js'
import { fakeContext } from '../isolation/fake-child.js'
import { AppFolder } from './app-folder.js'

const SOURCE = `import { getContext } from 'rota'
import { charge } from './charge.js'

interface Order {
  readonly id: string
  readonly fails: boolean
}

export default async function processOrder(order: Order): Promise<string> {
  if (order.fails) await charge(order.id)
  return getContext().job.id
}
`

const CHARGE = `/** A comment that no bundle keeps. */
export async function charge(id: string): Promise<never> {
  try {
    JSON.parse('{')
  } catch (cause) {
    throw new Error(\`cannot charge \${id}\`, { cause })
  }
  throw new Error('never')
}
`

let app: AppFolder
let bundle: Bundle
let create: (kind: 'process' | 'thread') => IsolatedRunner

beforeAll(async () => {
  app = await AppFolder.make()
  await app.write({ 'src/index.ts': SOURCE, 'src/charge.ts': CHARGE, 'node_modules/.keep': '' })
  await symlink(join(import.meta.dirname, '..', '..'), app.file('node_modules/rota'), 'dir')
  bundle = await createBundler({ folder: app.path }).build(app.target({ minify: true }))
  const { createIsolatedRunner } = await builtRunner()
  create = (kind) =>
    createIsolatedRunner({ what: 'task "orders:process-order"', file: bundle.file, memoryBytes: 2 ** 27, kind })
})
afterAll(() => app.remove())

describe.each(['process', 'thread'] as const)('a minified bundle in a %s', (kind) => {
  it('meets the copy of rota that runs it', async () => {
    await using runner = create(kind)
    expect(await runner.run({ id: 'o1', fails: false }, fakeContext('job-7'))).toBe('job-7')
  })

  it('fails with the files, functions and lines of its sources', async () => {
    await using runner = create(kind)
    const error = (await runner
      .run({ id: 'o1', fails: true }, fakeContext())
      .catch((thrown: unknown) => thrown)) as Error
    expect(error.message).toBe('cannot charge o1')
    expect(error.stack).toContain(`(${app.file('src/charge.ts')}:6:`)
    expect(error.stack).toContain(`(${app.file('src/index.ts')}:10:`)
    expect(error.stack).toMatch(/at (?:async )?processOrder/)
    expect((error.cause as Error).stack).toContain(`(${app.file('src/charge.ts')}:4:`)
  })
})
