import { afterEach, beforeEach, expect, test } from 'vitest'
import { SqliteRig } from '../../../test/backends/sqlite-rig.js'
import type { Backend } from '../../port/backend.js'
import type { FakeClock } from '../../time/fake-clock.js'
import type { SqliteTx } from './client-types.js'

const TTL_MS = 10_000

let rig: SqliteRig
let clock: FakeClock
let backend: Backend<SqliteTx>

beforeEach(async () => {
  rig = await SqliteRig.open()
  ;({ backend, clock } = rig)
})

afterEach(async () => {
  await rig.close()
})

const asked = (holder: string, name = 'lock') => ({ name, holder, ttlMs: TTL_MS })

test('the term of a lock grows on when the file is opened again', async () => {
  const [first] = await backend.locks.acquire({ locks: [asked('me')] })
  await backend.locks.release({ locks: [{ ...asked('me'), term: first!.term }] })
  backend = await rig.reopen()
  const [second] = await backend.locks.acquire({ locks: [asked('you')] })
  expect(second).toMatchObject({ status: 'acquired', holder: 'you', term: first!.term + 1 })
})

test('a lock that comes twice in one call goes to the first who asks for it', async () => {
  const outcomes = await backend.locks.acquire({ locks: [asked('me'), asked('you'), asked('me')] })
  expect(outcomes.map(({ status, holder, term }) => [status, holder, term])).toEqual([
    ['acquired', 'me', 1],
    ['held', 'me', 1],
    ['acquired', 'me', 1],
  ])
})

test('no lock lives longer because the clock was set back', async () => {
  const [mine] = await backend.locks.acquire({ locks: [asked('me')] })
  clock.jump(-7_200_000)
  const [yours] = await backend.locks.acquire({ locks: [asked('you')] })
  expect(yours).toEqual({ ...mine, status: 'held', until: clock.now() + TTL_MS })
  await clock.advance(TTL_MS)
  expect(await backend.locks.acquire({ locks: [asked('you')] })).toMatchObject([{ status: 'acquired', holder: 'you' }])
})

test('a lock may be held for longer than there are instants', async () => {
  const ttlMs = Number.MAX_SAFE_INTEGER
  const [first] = await backend.locks.acquire({ locks: [{ ...asked('me'), ttlMs }] })
  expect(first!.until).toBe(Number.MAX_SAFE_INTEGER)
  expect(await backend.locks.list({})).toEqual([{ name: 'lock', holder: 'me', term: 1, until: first!.until }])
})

test('a prefix is text and no pattern, in any script', async () => {
  const names = ['50%', '50_', 'été', 'ête', '\u{1f512} a', '\u{1f512} b']
  await backend.locks.acquire({ locks: names.map((name) => asked('me', name)) })
  const list = async (prefix: string): Promise<unknown> =>
    (await backend.locks.list({ prefix })).map(({ name }) => name)
  expect([await list('50%'), await list('é'), await list('\u{1f512}')]).toEqual([['50%'], ['été'], names.slice(4)])
})
