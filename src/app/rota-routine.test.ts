import { expect, it } from 'vitest'
import { memory } from '../backends/memory/memory-backend.js'
import { withClock } from '../lifecycle/clock-context.js'
import { concurrence } from '../lifecycle/concurrence.js'
import { task } from '../model/task-definition.js'
import { FakeClock } from '../time/fake-clock.js'
import { createRota } from './create-rota.js'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

it('is a routine: it runs its tasks until the signal aborts, and installs no signal handler', async () => {
  const clock = new FakeClock()
  const ran: string[] = []
  const greet = task('greet', (name: string) => {
    ran.push(name)
  })
  const rota = createRota({ backend: memory({ clock }), clock, tasks: [greet] })
  const listeners = (): readonly number[] => SIGNALS.map((signal) => process.listenerCount(signal))
  const before = listeners()
  const controller = new AbortController()
  const running = withClock(clock, concurrence(rota))(controller.signal)
  await rota.enqueue(greet, 'Ann')
  // Parts of it are loaded when they are needed, which takes more than time.
  while (ran.length === 0) await clock.advance(1000)
  expect(ran).toEqual(['Ann'])
  expect(listeners()).toEqual(before)
  controller.abort()
  await running
  await rota.close()
  expect(clock.timers).toEqual([])
})
