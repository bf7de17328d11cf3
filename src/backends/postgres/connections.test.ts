import { describe, expect, it } from 'vitest'
import { type FakeAnswer, FakePool, type FakeServer, NEVER } from '../../../test/servers/fake-pool.js'
import { FakeClock } from '../../time/fake-clock.js'
import type { PgQuery } from './client-types.js'
import { Connections } from './connections.js'

const never = new AbortController().signal

function setUp(server: FakeServer): {
  readonly clock: FakeClock
  readonly pool: FakePool
  readonly connections: Connections
  readonly silences: () => number
} {
  const clock = new FakeClock()
  const pool = new FakePool(server)
  let silences = 0
  const connections = new Connections({ pool, clock, onSilence: () => (silences += 1) })
  return { clock, pool, connections, silences: () => silences }
}

const isQuestion = ({ text }: PgQuery): boolean => text.includes('pg_stat_activity')

describe('a statement that takes long', () => {
  it('is waited for while the server is at work on it', async () => {
    let finish: (answer: FakeAnswer) => void = () => undefined
    let questions = 0
    const { clock, connections, pool } = setUp(async (query) => {
      if (!isQuestion(query)) return new Promise((resolve) => (finish = resolve))
      questions += 1
      return { rows: [{ pid: 1 }, { pid: 77 }] }
    })
    const running = connections.run({ text: 'long' }, never)
    await clock.advance(9_000)
    expect(questions).toBe(4)
    finish({ rows: ['done'] })
    expect(await running).toEqual(['done'])
    expect(pool.made.map(({ isGivenUp }) => isGivenUp)).toEqual([false])
  })

  it('is lost when the server is not at work on it, with every connection that was silent since', async () => {
    const silent = new Set([1, 2])
    const { clock, connections, pool, silences } = setUp(async (query, { processID }) =>
      silent.has(processID) && query.text !== 'quick' ? NEVER : { rows: [{ pid: 77 }] },
    )
    // Two connections are known, and then their peer vanishes.
    await Promise.all([connections.run({ text: 'quick' }, never), connections.run({ text: 'quick' }, never)])
    await clock.advance(10)
    const running = connections.run({ text: 'slow' }, never).catch((error: unknown) => error)
    await clock.advance(4_000)
    expect(await running).toMatchObject({ code: 'BACKEND_UNAVAILABLE' })
    expect(silences()).toBe(1)
    await connections.run({ text: 'next' }, never)
    expect(pool.made.map(({ processID, isGivenUp }) => [processID, isGivenUp])).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ])
  })

  it('is waited for while the server does not answer, and lost when it does', async () => {
    let isDown = true
    const { clock, connections } = setUp(async (query) => (isDown || !isQuestion(query) ? NEVER : { rows: [] }))
    let error: unknown
    void connections.run({ text: 'slow' }, never).catch((given: unknown) => (error = given))
    await clock.advance(20_000)
    expect(error).toBeUndefined()
    isDown = false
    await clock.advance(3_600)
    expect(error).toMatchObject({ code: 'BACKEND_UNAVAILABLE' })
  })

  it('is lost also when every connection of the pool is', async () => {
    const { clock, connections, pool } = setUp(async (query) => (isQuestion(query) ? { rows: [] } : NEVER))
    pool.max = 3
    const running = [1, 2, 3].map(async () => connections.run({ text: 'slow' }, never).catch((error: unknown) => error))
    await clock.advance(2_400)
    for (const error of await Promise.all(running)) expect(error).toMatchObject({ code: 'BACKEND_UNAVAILABLE' })
  })

  it('is not lost when its answer was on its way', async () => {
    let finish: (answer: FakeAnswer) => void = () => undefined
    const { clock, connections } = setUp(async (query) =>
      isQuestion(query) ? { rows: [] } : new Promise((resolve) => (finish = resolve)),
    )
    const running = connections.run({ text: 'long' }, never)
    await clock.advance(2_100)
    finish({ rows: ['late'] })
    expect(await running).toEqual(['late'])
  })

  it('is waited for while its answer arrives, however long that takes, and lost when that stops', async () => {
    let error: unknown
    const { clock, connections, pool } = setUp(async (query) => (isQuestion(query) ? { rows: [] } : NEVER))
    void connections.run({ text: 'long' }, never).catch((given: unknown) => (error = given))
    await clock.advance(1)
    const stream = { bytesRead: 0 }
    Object.assign(pool.made[0]!, { connection: { stream } })
    for (; stream.bytesRead < 100; stream.bytesRead += 1) await clock.advance(100)
    expect(error).toBeUndefined()
    await clock.advance(5_000)
    expect(error).toMatchObject({ code: 'BACKEND_UNAVAILABLE' })
  })

  it('is asked about nowhere behind a pooler, which gives other numbers to the processes of the server', async () => {
    const asked: string[] = []
    const { clock, connections } = setUp(async ({ text }) => {
      asked.push(text)
      return NEVER
    })
    connections.isPooled = true
    const call = new AbortController()
    const running = connections.run({ text: 'long' }, call.signal).catch((error: unknown) => error)
    await clock.advance(10_000)
    call.abort('enough')
    await clock.advance(500)
    expect(await running).toBe('enough')
    expect(asked).toEqual(['long'])
  })
})

describe('a call that was aborted', () => {
  it('asks the server to stop, and ends in half a second although nobody answers', async () => {
    const asked: unknown[] = []
    const { clock, connections, pool } = setUp(async ({ text, values = [] }) => {
      asked.push([text, ...values])
      return NEVER
    })
    const call = new AbortController()
    const running = connections.run({ text: 'long' }, call.signal).catch((error: unknown) => error)
    await clock.advance(10)
    call.abort('enough')
    await clock.advance(500)
    expect(await running).toBe('enough')
    expect(asked).toEqual([['long'], ['SELECT pg_cancel_backend($1)', 1]])
    expect(pool.made.every(({ isGivenUp }) => isGivenUp)).toBe(true)
  })
})

describe('a server that cannot be reached', () => {
  const refusal = Object.assign(new Error('the database system is starting up'), { code: '57P03' })

  it('is asked again until it is back', async () => {
    const { clock, connections, pool } = setUp(async () => ({ rows: ['done'] }))
    pool.refusal = refusal
    const running = connections.run({ text: 'one' }, never)
    await clock.advance(3_000)
    pool.refusal = undefined
    await clock.advance(500)
    expect(await running).toEqual(['done'])
    expect(pool.refused).toBeGreaterThan(3)
  })

  it('is given up after five seconds', async () => {
    const { clock, connections, pool } = setUp(async () => ({ rows: [] }))
    pool.refusal = refusal
    const running = connections.run({ text: 'one' }, never).catch((error: unknown) => error)
    await clock.advance(5_500)
    expect(await running).toBe(refusal)
  })

  it('is asked once where asking again cannot help', async () => {
    const { connections, pool } = setUp(async () => ({ rows: [] }))
    pool.refusal = Object.assign(new Error('password authentication failed'), { code: '28P01' })
    await expect(connections.run({ text: 'one' }, never)).rejects.toBe(pool.refusal)
    expect(pool.refused).toBe(1)
  })
})

describe('a connection that breaks as soon as it is there', () => {
  it('does not end the process: the pool has handed it out, and nobody who asked for it listens yet', async () => {
    const { connections, pool } = setUp(async () => ({ rows: [] }))
    pool.breaksNext = true
    await connections.run({ text: 'any' }, never)
    expect(pool.unheard).toEqual([])
  })
})
