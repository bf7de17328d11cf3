import assert from 'node:assert/strict'
import type { AcquireOutcome, LockRenewal } from '../../port/lock-store.js'
import { chapter, needs } from './chapter.js'
import { newNode } from './new-node.js'
import type { TestStore } from './test-store.js'

const TTL_MS = 10_000

export const locks = chapter('Law 16: a named lock has one live holder and a growing term', {
  'the first to ask gets the lock, and everybody else hears who holds it': async (t) => {
    const mine = await acquire(t, 'me')
    const until = (await t.now()) + TTL_MS
    assert.equal(mine.status, 'acquired')
    assert.ok(mine.term >= 1 && mine.until <= until)
    assert.deepEqual(await acquire(t, 'you'), { ...mine, status: 'held' })
  },

  'the live holder that asks again keeps its term and gets a new end': needs('clock', async (t) => {
    const first = await acquire(t, 'me')
    await t.advance(TTL_MS - 1)
    assert.deepEqual(await acquire(t, 'me'), { ...first, until: (await t.now()) + TTL_MS })
  }),

  'of many that ask at one time one gets the lock': async (t) => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, async (_, at) => acquire(t, `holder-${at}`)))
    assert.equal(outcomes.filter(({ status }) => status === 'acquired').length, 1)
    assert.equal(new Set(outcomes.map(({ holder }) => holder)).size, 1)
  },

  'of many that ask on two handles one gets the lock': needs('second', async (t) => {
    const other = await t.second()
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, async (_, at) => {
        const locks = [{ name: 'lock', holder: `holder-${at}`, ttlMs: TTL_MS }]
        return (at % 2 === 0 ? t.backend : other).locks.acquire({ locks })
      }),
    )
    assert.equal(outcomes.flat().filter(({ status }) => status === 'acquired').length, 1)
  }),

  'a lapsed lock goes to the next who asks, under a larger term': needs('clock', async (t) => {
    const first = await acquire(t, 'me')
    await t.advance(TTL_MS - 1)
    assert.equal((await acquire(t, 'you')).status, 'held')
    await t.advance(1)
    const second = await acquire(t, 'you')
    assert.deepEqual([second.status, second.holder], ['acquired', 'you'])
    assert.ok(second.term > first.term)
  }),

  'a holder that let its own lock lapse gets it under a larger term too': needs('clock', async (t) => {
    const first = await acquire(t, 'me')
    await t.advance(TTL_MS)
    const second = await acquire(t, 'me')
    assert.equal(second.status, 'acquired')
    assert.ok(second.term > first.term)
  }),

  'a lapsed or foreign term says lost and changes nothing': needs('clock', async (t) => {
    const mine = renewal('me', (await acquire(t, 'me')).term)
    await t.advance(TTL_MS)
    await saysLost(t, mine)
    const yours = renewal('you', (await acquire(t, 'you')).term)
    for (const wrong of [
      mine,
      { ...yours, holder: 'me' },
      { ...yours, term: yours.term + 1 },
      { ...yours, term: mine.term },
    ]) {
      await saysLost(t, wrong)
    }
    assert.deepEqual(await t.backend.locks.renew({ locks: [yours] }), ['renewed'])
  }),

  'a lock that nobody ever had says lost': async (t) => {
    await saysLost(t, { name: 'nobody', holder: 'me', term: 0, ttlMs: TTL_MS })
    await saysLost(t, { name: 'nobody', holder: 'me', term: 1, ttlMs: TTL_MS })
  },

  'renewing moves the end of a lock': needs('clock', async (t) => {
    const mine = renewal('me', (await acquire(t, 'me')).term)
    for (let third = 0; third < 9; third += 1) {
      await t.advance(TTL_MS / 2)
      assert.deepEqual(await t.backend.locks.renew({ locks: [mine] }), ['renewed'])
    }
    const [record] = await t.backend.locks.list({})
    assert.deepEqual(record, { name: 'lock', holder: 'me', term: mine.term, until: (await t.now()) + TTL_MS })
  }),

  'releasing frees a lock at once, and its term goes on growing': async (t) => {
    const terms: number[] = []
    for (const holder of ['me', 'you', 'me', 'me']) {
      const { term, status } = await acquire(t, holder)
      assert.equal(status, 'acquired')
      terms.push(term)
      assert.deepEqual(await t.backend.locks.release({ locks: [renewal(holder, term)] }), ['released'])
      await saysLost(t, renewal(holder, term))
    }
    assert.deepEqual(
      terms,
      [...new Set(terms)].toSorted((a, b) => a - b),
    )
    assert.deepEqual(await t.backend.locks.list({}), [])
  },

  'a clock that is set back makes no lock longer': needs(['clock', 'jump'], async (t) => {
    await acquire(t, 'me')
    await t.tickAll()
    await t.jump(-2 * 3_600_000)
    await t.tickAll()
    assert.equal((await acquire(t, 'you')).status, 'held')
    await t.advance(TTL_MS + 1_000)
    assert.equal((await acquire(t, 'you')).status, 'acquired')
  }),

  'a beat renews locks': needs('clock', async (t) => {
    const mine = renewal('me', (await acquire(t, 'me')).term)
    await t.advance(TTL_MS / 2)
    const beat = await t.backend.control.beat({ node: newNode(), locks: [{ ...mine, term: mine.term + 1 }, mine] })
    assert.deepEqual(beat.locks, ['lost', 'renewed'])
    await t.advance(TTL_MS - 1)
    assert.equal((await acquire(t, 'you')).status, 'held')
  }),

  'a beat asks for locks, as acquire does': async (t) => {
    const ask = async (holder: string): Promise<AcquireOutcome | undefined> => {
      const asked = [{ name: 'lock', holder, ttlMs: TTL_MS }]
      const { acquired } = await t.backend.control.beat({ node: newNode(), locks: [], acquire: asked })
      return (acquired ?? (await t.backend.locks.acquire({ locks: asked })))[0]
    }
    const mine = await ask('me')
    assert.equal(mine?.status, 'acquired')
    assert.deepEqual(await ask('you'), { ...mine, status: 'held' })
    assert.deepEqual(await t.backend.locks.release({ locks: [renewal('me', mine.term)] }), ['released'])
    const yours = await ask('you')
    assert.ok(yours?.status === 'acquired' && yours.term > mine.term)
  },

  'the locks that are held are listed by name and by prefix': needs('clock', async (t) => {
    const names = ['a:2', 'b', 'a:1', 'a%', 'ab', 'free text, ünïcode']
    await t.backend.locks.acquire({ locks: names.map((name) => ({ name, holder: 'me', ttlMs: TTL_MS })) })
    await t.backend.locks.acquire({ locks: [{ name: 'a:long', holder: 'me', ttlMs: 2 * TTL_MS }] })
    const list = async (prefix?: string): Promise<readonly string[]> =>
      (await t.backend.locks.list(prefix === undefined ? {} : { prefix })).map(({ name }) => name)
    assert.deepEqual(await list(), [...names, 'a:long'].toSorted())
    assert.deepEqual([await list('a:'), await list('a%'), await list('x')], [['a:1', 'a:2', 'a:long'], ['a%'], []])
    await t.advance(TTL_MS)
    assert.deepEqual(await list(), ['a:long'])
  }),
})

async function acquire(t: TestStore, holder: string): Promise<AcquireOutcome> {
  const [outcome] = await t.backend.locks.acquire({ locks: [{ name: 'lock', holder, ttlMs: TTL_MS }] })
  assert.ok(outcome)
  return outcome
}

function renewal(holder: string, term: number): LockRenewal {
  return { name: 'lock', holder, term, ttlMs: TTL_MS }
}

async function saysLost(t: TestStore, lock: LockRenewal): Promise<void> {
  const before = await t.backend.locks.list({})
  assert.deepEqual(await t.backend.locks.renew({ locks: [lock] }), ['lost'])
  assert.deepEqual(await t.backend.locks.release({ locks: [lock] }), ['lost'])
  assert.deepEqual(await t.backend.locks.list({}), before)
}
