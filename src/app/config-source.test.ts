import { beforeEach, expect, test } from 'vitest'
import { appConfig } from '../../test/stack/app-config.js'
import type { AppConfig } from '../config/app-config.js'
import { FakeClock } from '../time/fake-clock.js'
import { configSource } from './config-source.js'
import type { RouteSource } from './route-book.js'

let clock: FakeClock
let loaded: number
let load: () => Promise<AppConfig | null>
let source: RouteSource

beforeEach(() => {
  clock = new FakeClock()
  loaded = 0
  load = async () => shop('first')
  source = configSource(() => {
    loaded++
    return load()
  }, clock)
})

const shop = (...tasks: string[]): AppConfig =>
  appConfig('/app', { orders: { tasks: Object.fromEntries(tasks.map((name) => [name, 'x.ts'])) } })

const knows = async (task: string): Promise<boolean> => (await source.find('Task', `orders:${task}`)) !== null

test('a config is read when somebody first asks, once for all who ask then, and again after ten seconds', async () => {
  expect(loaded).toBe(0)
  expect(await Promise.all([knows('first'), knows('second')])).toEqual([true, false])
  load = async () => shop('first', 'second')
  await clock.advance(9_999)
  expect([await knows('second'), loaded]).toEqual([false, 1])
  await clock.advance(1)
  expect([await knows('second'), loaded]).toEqual([true, 2])
  expect(await source.names('Task')).toEqual(['orders:first', 'orders:second'])
})

test('a config that cannot be read any more leaves what it said, and is the answer to any other name', async () => {
  await knows('first')
  load = () => Promise.reject(new Error('half written'))
  await clock.advance(10_000)
  expect(await knows('first')).toBe(true)
  await expect(knows('second')).rejects.toThrow('half written')
  load = async () => shop('second')
  expect([await knows('second'), await knows('first')]).toEqual([true, false])
})
