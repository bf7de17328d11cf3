import type { FakeClock } from '../src/time/fake-clock.js'

/** What needs time to pass gets it, a second after the other. */
export async function whileTimePasses<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  let isOver = false
  const over = promise.finally(() => {
    isOver = true
  })
  over.catch(() => undefined)
  await clock.settle()
  while (!isOver) await clock.advance(1_000)
  return over
}
