import { pathToFileURL } from 'node:url'
import { beforeEach, expect, test } from 'vitest'
import { RotaRig } from '../../test/app/rota-rig.js'
import * as namespace from '../../test/app/runners-module/index.mjs'
import type { Rota } from './rota.js'

const FOLDER = 'test/app'

const rig = RotaRig.forEachTest()
let rota: Rota

beforeEach(() => {
  rota = rig.rota()
})

test('a directory of CommonJS is loaded as it stands', async () => {
  expect(await rota.loadRunners(`${FOLDER}/runners-commonjs`)).toEqual(['exampleTask', 'otherTask'])
  await rota.start()
  await rota.rows.put({ id: 0, completed: false, type: 'exampleTask', params: { n: 1 } })
  await rota.rows.send({ taskId: 0, targetTimestamp: null, priority: null })
  await rig.clock.advance(1000)
  const seen = { id: '0', completed: false, type: 'exampleTask', params: { n: 1 } }
  expect(await rota.rows.get(0)).toMatchObject({ completed: true, params: { n: 1, seen } })
})

test('a directory of ES modules is loaded, by its path or by its URL', async () => {
  const types = ['exampleTask', 'lateTask']
  expect(await rota.loadRunners(pathToFileURL(`${FOLDER}/runners-module`))).toEqual(types)
  const other = rig.rota()
  expect(await other.loadRunners(pathToFileURL(`${FOLDER}/runners-module`).href, { params: 'replace' })).toEqual(types)
})

test('a directory without an index has a file for each type', async () => {
  expect(await rota.loadRunners(`${FOLDER}/runners-by-file`)).toEqual(['first-task', 'second-task'])
})

test('a namespace and a plain object are modules too', async () => {
  expect(await rota.loadRunners(namespace)).toEqual(['exampleTask', 'lateTask'])
  const runner = () => ({ completed: true })
  expect(await rota.loadRunners({ plain: runner, number: 5, default: runner })).toEqual(['plain'])
})

test('what holds no runner is refused, and so is a type that is taken', async () => {
  await expect(rota.loadRunners({ limit: 5 })).rejects.toThrow(/expected functions that are exported by name, got none/)
  await expect(rota.loadRunners(`${FOLDER}/no-such-folder`)).rejects.toThrow(/ENOENT/)
  await rota.loadRunners(namespace)
  await expect(rota.loadRunners(namespace)).rejects.toThrow(/second task named "exampleTask"/)
})
