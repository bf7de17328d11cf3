import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { memoryClient } from '../../test/client/memory-client.js'
import { RotaError } from '../model/errors.js'
import { task } from '../model/task-definition.js'
import type { Backend } from '../port/backend.js'
import type { FakeClock } from '../time/fake-clock.js'
import type { Client } from './client.js'
import { type DeclaredSchedule, defineSchedule } from './declared-schedule.js'

const report = task('report', (_input: { of: string }) => 1)
const tick = task('tick', () => 1)
const nightly = defineSchedule('nightly', '0 3 * * *', report, { of: 'day' }, { timeZone: 'Europe/Amsterdam' })
const beat = defineSchedule('beat', 'rate(10 minutes)', tick)

let clock: FakeClock
let backend: Backend
let client: Client
let writes: string[]

beforeEach(() => {
  ;({ clock, backend, client } = memoryClient())
  writes = []
  const { put, remove } = backend.schedules
  backend.schedules.put = async (params) => {
    writes.push(...params.schedules.map(({ name }) => name))
    return put(params)
  }
  backend.schedules.remove = async (params) => {
    writes.push(...params.names)
    return remove(params)
  }
})

afterEach(() => client.close())

const declare = (list: readonly DeclaredSchedule[], owner = 'shop'): ReturnType<Client['schedules']['declare']> =>
  client.schedules.declare(list, { owner })

const names = async (owner: string | null): Promise<readonly string[]> =>
  (await client.schedules.list({ owner })).map(({ name }) => name)

async function refusal(list: readonly DeclaredSchedule[], owner?: string): Promise<RotaError> {
  const error: unknown = await declare(list, owner).catch((reason: unknown) => reason)
  if (!RotaError.is(error)) throw new Error(`expected a refusal, got ${String(error)}`)
  expect(writes).toEqual([])
  return error
}

test('the types of a declared schedule follow from its task', () => {
  // @ts-expect-error -- a report is of something
  defineSchedule('nightly', '0 3 * * *', report)
  // @ts-expect-error -- of text
  defineSchedule('nightly', '0 3 * * *', report, { of: 3 })
  // @ts-expect-error -- misspelt
  defineSchedule('beat', '0 3 * * *', tick, undefined, { overlaps: 'skip' })
  expectTypeOf(nightly).toEqualTypeOf<DeclaredSchedule>()
})

test('a declared set is made, edited and cut down to what the code says', async () => {
  const none = { created: [], updated: [], unchanged: [], removed: [] }
  expect(await declare([nightly, beat])).toEqual({ ...none, created: ['nightly', 'beat'] })
  expect(await client.schedules.get('nightly')).toMatchObject({ owner: 'shop', payload: { of: 'day' }, revision: 1 })
  const later = { ...nightly, expression: '0 4 * * *' }
  expect(await declare([later, beat])).toEqual({ ...none, updated: ['nightly'], unchanged: ['beat'] })
  expect(await declare([later])).toEqual({ ...none, unchanged: ['nightly'], removed: ['beat'] })
  expect(await names('shop')).toEqual(['nightly'])
  expect(await declare([])).toEqual({ ...none, removed: ['nightly'] })
})

test('the same set at every deploy writes nothing, and moves neither the phase of a rate nor its next tick', async () => {
  await declare([beat, nightly])
  const before = await backend.schedules.get({ names: ['beat', 'nightly'] })
  await clock.advance(7 * 60_000)
  writes = []
  expect(await declare([beat, nightly])).toMatchObject({ unchanged: ['beat', 'nightly'] })
  expect(writes).toEqual([])
  expect(await backend.schedules.get({ names: ['beat', 'nightly'] })).toEqual(before)
})

test('schedules of others stay as they are', async () => {
  await client.schedule('by-hand', 'every 10s', tick)
  await declare([{ ...beat, name: 'theirs' }], 'mail')
  await declare([beat])
  expect(await declare([])).toMatchObject({ removed: ['beat'] })
  expect([await names('mail'), await names(null)]).toEqual([['theirs'], ['by-hand']])
})

test('an operator who paused a declared schedule finds it paused after the next deploy', async () => {
  await declare([beat])
  await client.schedules.pause('beat')
  expect(await declare([{ ...beat, options: { priority: 1 } }])).toMatchObject({ updated: ['beat'] })
  expect(await client.schedules.get('beat')).toMatchObject({ paused: true, priority: 1 })
})

test('hundreds are declared in a few calls', async () => {
  let puts = 0
  const { put } = backend.schedules
  backend.schedules.put = async (params) => {
    puts += 1
    return put(params)
  }
  const list = Array.from({ length: 450 }, (_, at) => ({ ...beat, name: `s${at}` }))
  expect((await declare(list)).created).toHaveLength(450)
  expect(puts).toBe(5)
  expect((await declare(list.slice(0, 20))).removed).toHaveLength(430)
  expect(await names('shop')).toHaveLength(20)
})

describe('before anything is written', () => {
  test('a name that another owner has, or nobody, is refused with all the conflicts', async () => {
    await client.schedule('by-hand', 'every 10s', tick)
    await declare([{ ...beat, name: 'theirs' }], 'mail')
    writes = []
    const taken = ['theirs', 'by-hand', 'mine'].map((name) => ({ ...beat, name }))
    const { code, facts, message } = await refusal(taken)
    expect(code).toBe('SCHEDULE_OWNED')
    expect(facts['conflicts']).toEqual([
      { name: 'theirs', owner: 'mail' },
      { name: 'by-hand', owner: null },
    ])
    expect(message).toBe(
      'schedule "theirs" is declared by "mail", schedule "by-hand" was made by itself, so it cannot be changed by "shop"; use another name, or remove it first',
    )
  })

  test('so is making one by itself that belongs to a set', async () => {
    await declare([beat])
    writes = []
    const made = client.schedule('beat', 'every 10s', tick)
    await expect(made).rejects.toMatchObject({ code: 'SCHEDULE_OWNED', facts: { owner: null } })
    expect(writes).toEqual([])
  })

  test('one that never fires, one that cannot be read, and a payload that does not fit refuse the whole set', async () => {
    const never = { ...beat, name: 'never', options: { endAt: 0 } }
    expect((await refusal([nightly, never])).code).toBe('SCHEDULE_INVALID')
    expect((await refusal([nightly, { ...beat, expression: '61 * * * *' }])).code).toBe('SCHEDULE_INVALID')
    const unfit: DeclaredSchedule = { ...nightly, payload: { of: () => 1 } }
    expect((await refusal([beat, unfit])).code).toBe('PAYLOAD_INVALID')
  })

  test('mistakes of the program are told as such', async () => {
    await expect(declare([beat, beat])).rejects.toThrow(/^declare: expected each name once, got "beat" twice$/)
    await expect(declare([beat], '')).rejects.toThrow(/^declare: owner: expected 1 to 128 characters/)
    await expect(declare([{ ...beat, name: 'a b' }])).rejects.toThrow(/^schedule name: expected/)
    expect(writes).toEqual([])
  })
})

test.each([
  ['no options', [[]], /^declare: expected options with an owner, got undefined$/],
  ['no owner', [[], {}], /^declare: owner: expected 1 to 128 characters.*, got undefined$/],
  ['no list', [nightly, { owner: 'shop' }], /^declare: expected a list of schedules, got object$/],
])('a set with %s is refused in so many words', async (_, args, message) => {
  await expect(client.schedules.declare(...(args as never as [[], { owner: string }]))).rejects.toThrow(message)
})
