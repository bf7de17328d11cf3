import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from '../../prove/kit/command.mjs'
import type { TaskEntry } from '../../src/client/resource-types.js'
import type * as loading from '../../src/config/load-config.js'
import type * as bundling from '../../src/stack/bundle/create-bundler.js'
import type * as runtime from '../../src/stack/runtime/open-stacks.js'

const root = join(import.meta.dirname, '..', '..')
/** As it is built: functions are loaded by programs that Node runs as they are. */
const built = (path: string): string => join(root, 'dist', path)

let folder: string

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'rota-contracts-')))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules', 'rota'), 'dir')
  for (const name of ['zod', 'esbuild']) {
    symlinkSync(realpathSync(join(root, 'node_modules', name)), join(folder, 'node_modules', name), 'dir')
  }
  const stacks = { orders: { tasks: { pay: './pay.ts', plain: './plain.ts' } } }
  write('rota.json', JSON.stringify({ app: 'shop', url: 'sqlite:shop.db', stacks }))
  write('plain.ts', 'export default () => undefined')
  release('z.object({ euros: z.number() })')
})

afterAll(() => rmSync(folder, { recursive: true }))

function write(file: string, text: string): void {
  writeFileSync(join(folder, file), text)
}

/** The function of a release; it tells what it was given. */
function release(schema: string, more = ''): void {
  write(
    'pay.ts',
    `import { handler } from 'rota'
     import { z } from 'zod'
     export default handler({ schema: ${schema}, ${more} handle: (input) => JSON.stringify(input) })`,
  )
}

async function check(...args: readonly string[]): Promise<readonly [code: number | null, output: string]> {
  const { code, output } = await runCommand(process.execPath, [built('cli/bin.js'), 'check', ...args], { cwd: folder })
  return [code, output]
}

async function git(...args: readonly string[]): Promise<void> {
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false']
  const { code, output } = await runCommand('git', [...who, ...args], { cwd: folder })
  expect([code, output]).toEqual([0, expect.anything()])
}

/** Stacks of the release in the folder; their functions run in processes. */
async function open(): Promise<runtime.Stacks> {
  const load = async <Module>(path: string): Promise<Module> =>
    (await import(pathToFileURL(built(path)).href)) as Module
  const { loadConfig } = await load<typeof loading>('config/load-config.js')
  const { createBundler } = await load<typeof bundling>('stack/bundle/create-bundler.js')
  const { openStacks } = await load<typeof runtime>('stack/runtime/open-stacks.js')
  const bundler = createBundler({ folder })
  const stacks = await openStacks({ config: await loadConfig(folder), build: bundler.build })
  await bundler.close()
  await stacks.declare()
  return stacks
}

function pay(stacks: runtime.Stacks): TaskEntry {
  return (stacks.rota.resources as unknown as { readonly Task: { readonly orders: { readonly pay: TaskEntry } } }).Task
    .orders.pay
}

const cents = 'z.object({ cents: z.number() })'

test('contracts are written, compared with those of a commit, and travel with jobs from release to release', async () => {
  expect(await check('--write')).toEqual([0, expect.stringContaining('rota.contracts.json: written')])
  const { tasks } = JSON.parse(readFileSync(join(folder, 'rota.contracts.json'), 'utf8')) as { tasks: object }
  expect(Object.keys(tasks)).toEqual(['orders:pay'])
  await git('init', '--quiet')
  await git('add', 'rota.contracts.json')
  await git('commit', '--quiet', '--message', 'first')

  const first = await open()
  const job = await pay(first).enqueue({ euros: 2 })
  expect((await first.rota.get(job))?.payload).toEqual({ euros: 2 })
  await first.close()

  release(cents)
  const [code, output] = await check('--against', 'HEAD')
  expect(code).toBe(1)
  expect(output).toContain(
    'rota.contracts.json: orders:pay: cents: is required now; accept what it accepted, or give it version: 2',
  )
  expect(output).toContain('expected what the functions say now, got something else; run `rota check --write`')
  const second = await open()
  await second.rota.start()
  await expect
    .poll(async () => (await second.rota.details(job))?.logs.map(({ message }) => message), { timeout: 20_000 })
    .toContainEqual(expect.stringMatching(/^parked: payload was written under contract 1-\w+ and is read under 1-\w+/))
  expect(await second.rota.get(job)).toMatchObject({ tries: 0, finishedAt: null })
  await second.close()

  release(cents, 'version: 2, migrate: { 1: ({ euros }) => ({ cents: euros * 100 }) },')
  expect(await check('--write', '--against', 'HEAD')).toEqual([0, expect.stringContaining('1 contract')])
  const third = await open()
  await third.rota.start()
  await third.rota.retry(job.id)
  expect(await third.rota.result(job.id)).toBe('{"cents":200}')
  await third.close()
}, 60_000)

test('what is neither a file nor a commit is refused', async () => {
  expect(await check('--against', 'nowhere')).toEqual([
    1,
    expect.stringContaining('--against: expected a file, or a commit of the repository at'),
  ])
})
