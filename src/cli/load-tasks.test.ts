import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadTasks } from './load-tasks.js'

const MODULE = 'test/cli/task-module.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rota-tasks-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function moduleOf(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

const taskText = (name: string): string => `{ name: '${name}', policy: {}, run: () => 1, handle() {} }`

describe('the tasks of modules', () => {
  it('are all exports that are tasks, and those in an exported array, each once', async () => {
    const { runnable, declared } = await loadTasks([MODULE, MODULE])
    expect(runnable.map(({ name }) => name).sort()).toEqual(['math:double', 'math:extra', 'math:fails', 'math:waits'])
    expect(declared.map(({ name }) => name)).toEqual(['math:elsewhere'])
  })

  it('may stand in an object, and come from another copy of rota', async () => {
    const path = await moduleOf('object.mjs', `export default { send: ${taskText('send')}, other: 1, none: null }`)
    expect((await loadTasks([path])).runnable.map(({ name }) => name)).toEqual(['send'])
  })
})

describe('a module is refused', () => {
  it('when it does not exist', async () => {
    await expect(loadTasks([join(folder, 'missing.js')])).rejects.toThrow(/missing\.js: there is no such file/)
  })

  it('when Node takes no TypeScript, in words of one kind', async () => {
    const refusal = `Object.assign(new TypeError('Unknown file extension ".ts"'), { code: 'ERR_UNKNOWN_FILE_EXTENSION' })`
    const path = await moduleOf('tasks.ts', `throw ${refusal}`)
    await expect(loadTasks([path])).rejects.toThrow(/tasks\.ts: compile TypeScript first, or name the compiled file$/)
    await expect(loadTasks([path])).rejects.toMatchObject({ cause: { code: 'ERR_UNKNOWN_FILE_EXTENSION' } })
  })

  it('when it exports no task', async () => {
    const path = await moduleOf('none.mjs', 'export const helper = () => 1')
    await expect(loadTasks([path])).rejects.toThrow(/none\.mjs exports no task/)
  })

  it('when it throws, with the reason', async () => {
    const path = await moduleOf('throws.mjs', `throw new Error('no database')`)
    await expect(loadTasks([path])).rejects.toThrow(/throws\.mjs: Error: no database/)
  })

  it('when it exports another task of a name that was loaded already', async () => {
    const one = await moduleOf('one.mjs', `export const a = ${taskText('same')}`)
    const two = await moduleOf('two.mjs', `export const b = ${taskText('same')}`)
    await expect(loadTasks([one, two])).rejects.toThrow(/two\.mjs exports a second task of the name same/)
  })
})
