import { expect, it } from 'vitest'
import { FakePool, type FakeServer, NEVER } from '../../../test/servers/fake-pool.js'
import { FakeClock } from '../../time/fake-clock.js'
import { Connections } from './connections.js'
import { HintListener } from './hint-listener.js'

interface Listening {
  readonly clock: FakeClock
  readonly pool: FakePool
  readonly listener: HintListener
  readonly heard: string[]
  readonly errors: unknown[]
  /** When it was asked, in seconds since the start. */
  readonly asked: number[]
  readonly connected: () => number
}

async function listen(server: FakeServer = async () => ({ rows: [] })): Promise<Listening> {
  const clock = new FakeClock()
  const startedAt = clock.monotonic()
  const asked: number[] = []
  const pool = new FakePool(async (query, client) => {
    asked.push((clock.monotonic() - startedAt) / 1000)
    return server(query, client)
  })
  const connections = new Connections({ pool, clock, onSilence: () => undefined })
  const heard: string[] = []
  const errors: unknown[] = []
  let times = 0
  const listener = new HintListener({
    connections,
    channel: 'rota_1',
    clock,
    heard: (payload) => heard.push(payload),
    connected: () => (times += 1),
    onError: (error) => errors.push(error),
  })
  await clock.settle()
  return { clock, pool, listener, heard, errors, asked, connected: () => times }
}

it('asks less and less often whether anybody is there while nothing happens', async () => {
  const { asked, clock, listener, pool } = await listen()
  await clock.advance(65_000)
  expect(asked).toEqual([0, 5, 15, 30, 45, 60])
  await listener.stop()
  expect(pool.made.map(({ isGivenUp }) => isGivenUp)).toEqual([true])
})

it('asks five seconds after the last hint', async () => {
  const { asked, clock, heard, listener, pool } = await listen()
  await clock.advance(20_000)
  pool.made[0]?.emit('notification', { channel: 'rota_1', payload: 'a hint' })
  await clock.advance(5_000)
  pool.made[0]?.emit('notification', { channel: 'rota_1', payload: 'another' })
  await clock.advance(4_900)
  expect(heard).toEqual(['a hint', 'another'])
  expect(asked).toEqual([0, 5, 15, 25])
  await listener.stop()
})

it('asks at once when another connection was lost', async () => {
  const { asked, clock, listener } = await listen()
  await clock.advance(1_000)
  listener.ask()
  await clock.settle()
  expect(asked).toEqual([0, 1])
  await listener.stop()
})

it('listens on another connection when it is not answered in three seconds, and tells it', async () => {
  let isGone = false
  const { clock, connected, errors, listener, pool } = await listen(async (_query, { processID }) =>
    isGone && processID === 1 ? NEVER : { rows: [] },
  )
  isGone = true
  await clock.advance(7_900)
  expect([connected(), pool.made.length]).toEqual([1, 1])
  await clock.advance(300)
  expect([connected(), pool.made.length]).toEqual([2, 2])
  expect(pool.made.map(({ isGivenUp }) => isGivenUp)).toEqual([true, false])
  expect(String(errors[0])).toContain('did not answer for 3000 ms')
  await listener.stop()
})

it('listens on another connection when the server has ended the one it had', async () => {
  const { clock, connected, listener, pool } = await listen()
  pool.made[0]?.emit('end')
  await clock.advance(200)
  expect([connected(), pool.made.length]).toEqual([2, 2])
  await listener.stop()
})
