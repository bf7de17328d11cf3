import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TaskEntry } from '../../src/client/resource-types.js'
import type { FunctionConfig } from '../../src/config/app-config.js'
import type * as runtime from '../../src/stack/runtime/open-stacks.js'
import { runCommand } from '../../prove/kit/command.mjs'
import { appConfig, functionConfig } from './app-config.js'

const root = join(import.meta.dirname, '..', '..')
/** As it is built: children are programs that Node runs as they are. */
const built = pathToFileURL(join(root, 'dist', 'stack', 'runtime', 'open-stacks.js')).href

let folder: string
let stacks: runtime.Stacks

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rota-isolated-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules', 'rota'), 'dir')
  symlinkSync(realpathSync(join(root, 'node_modules', 'zod')), join(folder, 'node_modules', 'zod'), 'dir')
  write(
    'rota.json',
    JSON.stringify({
      app: 'shop',
      stacks: { orders: { tasks: { caller: 'c.mjs', callee: 'e.mjs', secretive: 's.mjs' } } },
    }),
  )
  write(
    'c.mjs',
    `import { getContext, Task } from 'rota'
     export default async (order) => {
       console.log('order', order.at.getTime())
       const job = await Task.orders.callee.enqueue({ from: getContext().job.task })
       return job.result()
     }`,
  )
  write('e.mjs', 'export default ({ from }) => `called by ${from}`')
  write(
    's.mjs',
    `import { handler, redact } from 'rota'
     import { z } from 'zod'
     export default handler({
       schema: z.object({ card: redact(z.string()) }),
       handle: ({ card }) => {
         console.log('paying with', card)
         console.error('not with', card)
         setImmediate(() => { throw new Error('nobody waits for ' + card) })
         return new Promise(() => undefined)
       },
     })`,
  )
  const { openStacks } = (await import(built)) as typeof runtime
  write('l.mjs', `import { Task } from 'rota'\nexport default () => Task.orders.caller({ at: new Date() })`)
  const task = (file: string, changes: Partial<FunctionConfig> = {}) => ({
    file,
    consumer: functionConfig(join(folder, file), { isolation: 'process', ...changes }),
  })
  const limited = { ...task('l.mjs', { calls: ['orders:callee'] }), maxTries: 1 }
  const tasks = { caller: task('c.mjs'), callee: task('e.mjs'), secretive: task('s.mjs'), limited }
  const config = appConfig(folder, { orders: { tasks } })
  const build = async ({ code }: { code: object }) => ({ file: (code as { file: string }).file })
  stacks = await openStacks({ config, build })
  await stacks.declare()
  await stacks.rota.start()
})

afterAll(async () => {
  await stacks.close()
  rmSync(folder, { recursive: true })
})

function write(file: string, text: string): void {
  writeFileSync(join(folder, file), text)
}

test('an isolated task calls another, waits for it, and what it prints is in the log of its job', async () => {
  const { Task } = stacks.rota.resources as unknown as {
    readonly Task: { readonly orders: { readonly caller: TaskEntry } }
  }
  const job = await Task.orders.caller.enqueue({ at: new Date(5) })
  expect(await job.result()).toBe('called by orders:caller')
  expect((await stacks.rota.details(job))?.logs.map(({ message }) => message)).toContain('order 5')
})

test('D-22: an isolated task is refused a call of what is not on its list', async () => {
  const { Task } = stacks.rota.resources as unknown as {
    readonly Task: { readonly orders: { readonly limited: TaskEntry } }
  }
  const job = await Task.orders.limited.enqueue()
  await expect(job.result()).rejects.toMatchObject({ code: 'JOB_FAILED' })
  expect((await job.get())?.error?.message).toMatch(
    /^Task.orders.caller: .* which is "orders:callee", got "orders:caller"$/,
  )
})

test('a program beside it calls tasks by the nearest config, and by the store alone, and ends by itself', async () => {
  write(
    'beside.mjs',
    `import { Task } from 'rota'\nconsole.log(await Task.orders.callee.enqueue({ from: 'beside' }).then((job) => job.result()))`,
  )
  const elsewhere = join(root, 'dist')
  const byConfig = await runCommand(process.execPath, ['beside.mjs'], { cwd: folder })
  const env = { ...process.env, ROTA_URL: `sqlite:${join(folder, '.rota', 'shop.db')}` }
  const byStore = await runCommand(process.execPath, [join(folder, 'beside.mjs')], { cwd: elsewhere, env })
  for (const { code, output } of [byConfig, byStore]) expect([code, output.trim()]).toEqual([0, 'called by beside'])
})

test('secrets of a payload are in nothing that an isolated task prints, and not in what ends its process', async () => {
  const { Task } = stacks.rota.resources as unknown as {
    readonly Task: { readonly orders: { readonly secretive: TaskEntry } }
  }
  const job = await Task.orders.secretive.enqueue({ card: '4111-1111' }, { maxTries: 1 })
  await expect(job.result()).rejects.toThrow('nobody waits for [REDACTED]')
  const told = await stacks.rota.details(job)
  expect(told?.logs.map(({ message }) => message)).toEqual(
    expect.arrayContaining(['paying with [REDACTED]', 'not with [REDACTED]']),
  )
  expect(JSON.stringify(told)).not.toContain('4111-1111')
})
