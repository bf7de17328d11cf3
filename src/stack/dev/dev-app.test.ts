import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DevRig } from '../../../test/stack/dev-rig.js'

let rig: DevRig

beforeEach(async () => {
  rig = await DevRig.make()
})

afterEach(() => rig.close())

const says = (what: string): string => `export default (to: string) => globalThis.rotaDevSeen.push('${what} ' + to)\n`

describe('an app under development', () => {
  test('runs what is in its folder, and writes the types of its calls', async () => {
    await rig.write({ 'rota.json': rig.config({ hello: 'hello.ts' }), 'hello.ts': says('hello') })
    await rig.start()
    expect(rig.told('opened')).toMatchObject([{ isFirst: true, url: rig.url, config: { app: 'shop' } }])
    await rig.run('orders:hello', 'Ann')
    expect(rig.seen).toEqual(['hello Ann'])
    expect(await rig.read('rota.d.ts')).toContain('readonly hello: TaskOf<typeof import("./hello.ts").default>')
    const kinds = rig.events.flatMap((event) => (event.type === 'worker' ? [event.event.type] : []))
    expect(kinds).toEqual(expect.arrayContaining(['started', 'ended']))
  })

  test('runs a source that has changed from the next job on, without another start', async () => {
    await rig.write({ 'rota.json': rig.config({ hello: 'hello.ts' }), 'hello.ts': says('hello') })
    await rig.start()
    await rig.write({ 'hello.ts': says('good morning') })
    const [built] = await rig.until('built', ({ isFirst }) => !isFirst)
    expect(built).toMatchObject({ task: 'orders:hello' })
    await rig.run('orders:hello', 'Ann')
    expect(rig.seen).toEqual(['good morning Ann'])
    expect(rig.told('opened')).toHaveLength(1)
  })

  test('tells a source that cannot be built with its task and place, and runs the version before it', async () => {
    await rig.write({ 'rota.json': rig.config({ hello: 'hello.ts' }), 'hello.ts': says('hello') })
    await rig.start()
    await rig.write({ 'hello.ts': 'export default (to => \n' })
    const [failed] = await rig.until('build-failed')
    expect(failed).toMatchObject({ task: 'orders:hello', isRunning: true })
    expect(String(failed?.error)).toMatch(/task "orders:hello" cannot be bundled: hello\.ts:2:1: /)
    await rig.run('orders:hello', 'Ann')
    expect(rig.seen).toEqual(['hello Ann'])
    await rig.write({ 'hello.ts': says('again') })
    await rig.until('built', ({ isFirst }) => !isFirst)
    await rig.run('orders:hello', 'Ben')
    expect(rig.seen).toEqual(['hello Ann', 'again Ben'])
  })

  test('starts although a task cannot be built, whose jobs wait until it can', async () => {
    const tasks = { hello: 'hello.ts', other: 'other.ts' }
    await rig.write({ 'rota.json': rig.config(tasks), 'hello.ts': says('hello'), 'other.ts': 'export {' })
    await rig.start()
    expect(rig.told('build-failed')).toMatchObject([{ task: 'orders:other', isRunning: false }])
    const waiting = rig.run('orders:other', 'Ann')
    await rig.run('orders:hello', 'Ben')
    await rig.write({ 'other.ts': says('other') })
    await waiting
    expect(rig.seen).toEqual(['hello Ben', 'other Ann'])
  })

  test('runs a config that has changed, tells its next tick, and lets what ran before end', async () => {
    const gate = `export default () => globalThis.rotaDevGate.promise\n`
    await rig.write({ 'rota.json': rig.config({ slow: 'slow.ts' }), 'slow.ts': gate, 'hello.ts': says('hello') })
    await rig.start()
    const slow = rig.run('orders:slow', '')
    await rig.until('worker', ({ event }) => event.type === 'started')
    const crons = { nightly: { schedule: 'rate(1 day)', task: 'hello', payload: 'world' } }
    await rig.write({ 'rota.json': rig.config({ hello: 'hello.ts' }, { crons }) })
    const [, opened] = await rig.until('opened', ({ isFirst }) => !isFirst)
    expect(opened).toBeUndefined()
    await rig.run('orders:hello', 'Ann')
    expect(rig.seen).toEqual(['hello Ann'])
    const [ticks] = await rig.until('ticks', ({ next }) => next.length === 1)
    expect(ticks?.next).toMatchObject([{ schedule: 'orders:nightly' }])
    expect(rig.app.runningJobs).toMatchObject([{ task: 'orders:slow' }])
    rig.openGate()
    await slow
  })

  test('writes the contracts on payloads that lie beside the config now', async () => {
    await rig.write({ 'rota.json': rig.config({ hello: 'hello.ts' }), 'hello.ts': says('hello') })
    await rig.start()
    const contract = { stamp: '1-0a', version: 1, migrates: [], schema: null }
    const contracts = { format: 1, tasks: { 'orders:hello': contract } }
    await rig.write({ 'rota.contracts.json': JSON.stringify(contracts) })
    const opened = await rig.until('opened', ({ isFirst }) => !isFirst)
    expect(opened.at(-1)?.config.contracts).toEqual(contracts.tasks)
  })

  test('tells a config with mistakes once, with their places, and runs the one before', async () => {
    await rig.write({ 'rota.json': rig.config({ hello: 'hello.ts' }), 'hello.ts': says('hello') })
    await rig.start()
    await rig.write({ 'rota.json': rig.config({ hello: 'hello.ts', other: 'other.ts' }) })
    const [failed] = await rig.until('config-failed')
    expect(failed).toMatchObject({ isRunning: true, error: { code: 'CONFIG_INVALID' } })
    expect(String(failed?.error)).toMatch(/rota\.json:\d+:\d+: stacks\.orders\.tasks\.other/)
    await rig.app.tick()
    await rig.run('orders:hello', 'Ann')
    await rig.write({ 'rota.json': rig.config({ hello: 'hello.ts' }) })
    await rig.until('config-restored')
    expect(rig.seen).toEqual(['hello Ann'])
    expect(rig.told('config-failed')).toHaveLength(1)
    expect(rig.told('opened')).toHaveLength(1)
  })

  test('waits for a config that has mistakes when it starts', async () => {
    await rig.write({ 'rota.json': '{ "stacks": 5 }', 'hello.ts': says('hello') })
    await rig.start()
    expect(rig.told('config-failed')).toMatchObject([{ isRunning: false }])
    await rig.write({ 'rota.json': rig.config({ hello: 'hello.ts' }) })
    await rig.until('opened', ({ isFirst }) => isFirst)
    await rig.run('orders:hello', 'Ann')
    expect(rig.seen).toEqual(['hello Ann'])
  })

  test('finds a stack in a folder that had none', async () => {
    await rig.write({ 'rota.json': rig.config({ hello: 'hello.ts' }), 'hello.ts': says('hello') })
    await rig.start()
    const consumer = { code: { file: './run.ts' }, isolation: 'none' }
    await rig.write({
      'mail/run.ts': says('mail'),
      'mail/stack.json': JSON.stringify({ tasks: { send: { consumer } } }),
    })
    await rig.app.tick()
    await rig.run('mail:send', 'Ann')
    expect(rig.seen).toEqual(['mail Ann'])
  })

  test('says once what acts on AWS only', async () => {
    const onAws = { code: { file: './hello.ts' }, isolation: 'none', vpc: true }
    await rig.write({
      'rota.json': rig.config({}, { tasks: { hello: { consumer: onAws } } }),
      'hello.ts': says('hello'),
    })
    await rig.start()
    const two = { hello: { consumer: onAws }, more: { consumer: { ...onAws, architecture: 'arm64' } } }
    await rig.write({ 'rota.json': rig.config({}, { tasks: two }) })
    await rig.until('opened', ({ isFirst }) => !isFirst)
    expect(rig.told('aws-only').map(({ uses }) => uses.map(({ property }) => property))).toEqual([
      ['vpc'],
      ['architecture'],
    ])
  })

  test('leaves a declaration alone that somebody else has written, and says so', async () => {
    const mine = 'export const mine = 1\n'
    await rig.write({ 'rota.json': rig.config({ hello: 'hello.ts' }), 'hello.ts': says('hello'), 'rota.d.ts': mine })
    await rig.start()
    expect(String(rig.told('types-failed')[0]?.error)).toContain('somebody else has written')
    expect(await rig.read('rota.d.ts')).toBe(mine)
  })
})
