import { expect, test } from 'vitest'
import { FakeClock } from './fake-clock.js'

const START = Date.UTC(2025, 0, 1)

test('time stands still until it is moved', async () => {
  const clock = new FakeClock()
  expect(clock.now()).toBe(START)
  await clock.settle()
  expect(clock.now()).toBe(START)
  await clock.advance(1500)
  expect([clock.now(), clock.monotonic()]).toEqual([START + 1500, 1500])
  await clock.advanceTo(START + 2000)
  expect(clock.now()).toBe(START + 2000)
})

test('timers on the way fire in order, each at its own instant, equal ones in the order of setting', async () => {
  const clock = new FakeClock()
  const fired: string[] = []
  const note = (name: string) => () => fired.push(`${name}@${clock.now() - START}`)
  clock.setTimer(START + 300, note('c'))
  clock.setTimer(START + 100, note('a'))
  clock.setTimer(START + 100, note('b'))
  clock.setTimer(START + 500, note('late'))
  await clock.advance(400)
  expect(fired).toEqual(['a@100', 'b@100', 'c@300'])
  expect(clock.timers).toEqual([{ at: START + 500, kind: 'timer' }])
})

test('promises and deferred work between two timers run before the next timer', async () => {
  const clock = new FakeClock()
  const steps: string[] = []
  const work = async (): Promise<void> => {
    await clock.sleep(100)
    steps.push(`first@${clock.now() - START}`)
    await new Promise<void>((resolve) => clock.defer(resolve))
    await clock.sleep(100)
    steps.push(`second@${clock.now() - START}`)
  }
  const done = work()
  clock.setTimer(START + 150, () => steps.push('between'))
  await clock.advance(1000)
  await done
  expect(steps).toEqual(['first@100', 'between', 'second@200'])
})

test('what is due already fires without time passing', async () => {
  const clock = new FakeClock()
  let fired = 0
  clock.setTimer(START - 1, () => fired++)
  expect(fired).toBe(0)
  await clock.settle()
  expect(fired).toBe(1)
})

test('setting the wall clock moves timers but neither sleeps nor monotonic time', async () => {
  const clock = new FakeClock()
  const fired: string[] = []
  clock.setTimer(START + 60_000, () => fired.push('timer'))
  void clock.sleep(60_000).then(() => fired.push('sleep'))
  clock.jump(3_600_000)
  await clock.settle()
  expect(fired).toEqual(['timer'])
  expect(clock.monotonic()).toBe(0)
  clock.jump(-7_200_000)
  await clock.advance(60_000)
  expect(fired).toEqual(['timer', 'sleep'])
})

test('cancelled timers and aborted sleeps are gone', async () => {
  const clock = new FakeClock()
  const controller = new AbortController()
  const timer = clock.setTimer(START + 10, () => expect.unreachable())
  const sleeping = clock.sleep(10, controller.signal)
  const reason = new Error('enough')
  timer.cancel()
  controller.abort(reason)
  await expect(sleeping).rejects.toBe(reason)
  expect(clock.timers).toEqual([])
  await clock.advance(20)
})

test('moving to the next timer answers whether there was one', async () => {
  const clock = new FakeClock()
  clock.setTimer(START + 86_400_000, () => undefined)
  expect(await clock.advanceToNext()).toBe(true)
  expect(clock.now()).toBe(START + 86_400_000)
  expect(await clock.advanceToNext()).toBe(false)
})

test('a timer that throws fails the move that fired it', async () => {
  const clock = new FakeClock()
  clock.setTimer(START + 1, () => {
    throw new Error('inside the timer')
  })
  await expect(clock.advance(5)).rejects.toThrow('inside the timer')
  await clock.advance(5)
})

test('moves that overlap run one after the other', async () => {
  const clock = new FakeClock()
  await Promise.all([clock.advance(100), clock.advance(100)])
  expect(clock.now()).toBe(START + 200)
})

test('going back or nowhere is refused', async () => {
  const clock = new FakeClock()
  expect(() => clock.advance(-1)).toThrow('expected 0 ms or more, got -1')
  expect(() => clock.advance(Infinity)).toThrow(TypeError)
  await expect(clock.advanceTo(START - 1)).rejects.toThrow('must not go back')
})

test('work that defers for ever is reported instead of hanging the test', async () => {
  const clock = new FakeClock()
  let stopped = false
  const again = (): void => {
    if (!stopped) clock.defer(again)
  }
  again()
  await expect(clock.settle()).rejects.toThrow('found no rest')
  stopped = true
})
